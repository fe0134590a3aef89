import { describe, expect, test } from "vitest";
import { FEED_SUBJECTS, FEEDS, hook } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { untilEqual } from "../support/tools/until.ts";

/** Items per message: enough that decoding takes many times as long as receiving. */
const THINGS = 4000;
/** Additional panels that each decode the same messages, so that decoding is most of the page's work. */
const PANELS = 15;
const FLOOD = 800;

/** A valid event of the LLM feed, with a long additional field. */
function heavyEvent(prompt: string): Uint8Array {
  const plain = event("llm", prompt);
  return new TextEncoder().encode(`${plain.slice(0, -1)},"things":[${"{},".repeat(THINGS)}0]}`);
}

/** The URL's hash with the panels, in the view with the least to paint. */
function withPanels(): string {
  const given = new URLSearchParams();
  for (let id = 0; id < PANELS; id += 1) {
    const panel = {
      title: `Panel ${id}`,
      subject: FEEDS.llm,
      view: "value",
      columns: [{ field: "user", title: "User" }],
    };
    given.append("panel", JSON.stringify(panel));
  }
  return `#${given}`;
}

describe("more than the page can decode", () => {
  const scene = useScene(NATS_SERVER);

  test("is folded and counted, the page stays responsive, and the last message and later ones are shown", async () => {
    const { dashboard } = scene;
    const { page } = dashboard;
    await page.goto("about:blank");
    await dashboard.open(`${scene.url}/${withPanels()}`);
    await untilEqual(() => page.locator(".feed").count(), FEED_SUBJECTS.length + PANELS);
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    const publisher = await scene.publisher();
    const payload = heavyEvent("flood");
    for (let sent = 1; sent < FLOOD; sent += 1) publisher.publish(FEEDS.llm, payload);
    publisher.publish(FEEDS.llm, heavyEvent("the last of the flood"));

    await dashboard.counts("llm", "received", 1);
    const pause = hook("feed-llm-pause");
    await page.click(pause);
    await page.waitForSelector(`${pause}[aria-pressed="true"]`);
    await page.click(pause);
    await page.waitForSelector(`${pause}[aria-pressed="false"]`);

    expect(await dashboard.counts("llm", "received", FLOOD, 60_000)).toBe(FLOOD);
    await page.getByText("the last of the flood").waitFor();
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
