import { describe, expect, test } from "vitest";
import { NATS_SERVER } from "../support/brokers.ts";
import { FEED_SUBJECTS, FEEDS, hook } from "../support/dashboard.ts";
import { event } from "../support/events.ts";
import { useScene } from "../support/scene.ts";
import { untilEqual } from "../support/until.ts";

/** So many small things that decoding one takes many times as long as receiving it. */
const THINGS = 4000;
/** How many times slower the page computes than the others do: a busy machine may bring messages slowly. */
const SLOWDOWN = 3;
const FLOOD = 800;

/** A valid event of the LLM feed, with a long field that the feed does not name. */
function heavyEvent(): Uint8Array {
  const plain = event("llm", "flood");
  return new TextEncoder().encode(`${plain.slice(0, -1)},"things":[${"{},".repeat(THINGS)}0]}`);
}

describe("more than the page can decode", () => {
  const scene = useScene(NATS_SERVER);

  test("is folded, and says so; it adds up, the page answers, and what follows is shown", async () => {
    const { dashboard } = scene;
    const { page } = dashboard;
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    const devTools = await page.context().newCDPSession(page);
    await devTools.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
    const publisher = await scene.publisher();
    const payload = heavyEvent();
    for (let sent = 0; sent < FLOOD; sent += 1) publisher.publish(FEEDS.llm, payload);

    await dashboard.counts("llm", "received", 1);
    const pause = hook("feed-llm-pause");
    await page.click(pause);
    await page.waitForSelector(`${pause}[aria-pressed="true"]`);
    await page.click(pause);
    await page.waitForSelector(`${pause}[aria-pressed="false"]`);

    expect(await dashboard.counts("llm", "received", FLOOD, 60_000)).toBe(FLOOD);
    await devTools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    const folded = await dashboard.count("llm", "folded");
    expect(folded).toBeGreaterThan(0);
    expect(await page.isVisible(hook("feed-llm-folded"))).toBe(true);
    const [shown, malformed, dropped] = [
      await dashboard.count("llm", "shown"),
      await dashboard.count("llm", "malformed"),
      await dashboard.count("llm", "dropped"),
    ];
    expect([malformed, shown + dropped + folded]).toEqual([0, FLOOD]);
    expect(shown).toBeGreaterThan(0);

    await scene.publish("llm", "after the flood");
    await page.getByText("after the flood").waitFor();
    expect(await dashboard.count("llm", "folded")).toBe(folded);
    expect(scene.complaints).toEqual([]);
    expect(scene.broker.complaints()).toEqual([]);
  });
});
