import { describe, expect, test } from "vitest";
import { FEED_SUBJECTS } from "../support/page/dashboard.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { untilEqual } from "../support/tools/until.ts";

/** Limit for a switched-off page to turn grey, whatever its server does. */
const STOP_DEADLINE_MS = 4000;

describe("Failing", () => {
  const scene = useScene(NATS_SERVER);

  test("Failure: an absent server turns the pill red, with a cause and a fix; Retry now connects once it runs", async () => {
    const { dashboard, broker } = scene;
    await broker.kill();
    await dashboard.toggle();
    await dashboard.turns("red");
    const banner = await dashboard.banner("refused");
    expect(banner).toContain(`${broker.webSocketUrl} refused the connection: nothing listens on that port.`);
    expect(banner).toContain("Start nats-server");

    // From here on, attempts are half a minute apart, so only Retry now can reconnect the page in time.
    await dashboard.reaches("failed");
    await broker.restart();
    await dashboard.retryNow();
    await dashboard.turns("green", 15_000);
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    expect(await dashboard.hasBanner()).toBe(false);
    expect(await dashboard.loads()).toBe(1);
  });

  test("Failure: after kill -9 the page counts down, reconnects by itself, and the feed continues", async () => {
    const { dashboard, broker } = scene;
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    await scene.publish("llm", "before the break");
    await dashboard.counts("llm", "received", 1);

    await broker.kill();
    await dashboard.reaches("reconnecting");
    await dashboard.pillSays(/Reconnecting in \d+ s/);

    await broker.restart();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    await scene.publish("llm", "after the break");
    expect(await dashboard.counts("llm", "received", 2)).toBe(2);
    expect((await dashboard.rows("llm")).join()).toContain("after the break");
    await untilEqual(() => dashboard.page.locator('[data-testid="feed-llm-gap"]').count(), 1);
    expect(await dashboard.hasBanner()).toBe(false);
    expect(await dashboard.loads()).toBe(1);
  });

  test("Stop that hangs: with a frozen server, switching off turns grey within 4 s and leaves no connection", async () => {
    const { dashboard, broker } = scene;
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);

    await broker.freeze();
    expect(await dashboard.switchOff()).toBeLessThan(STOP_DEADLINE_MS);
    expect(await dashboard.hasBanner()).toBe(false);

    broker.thaw();
    await untilEqual(scene.held, []);
    expect(scene.complaints).toEqual([]);
    expect(broker.complaints()).toEqual([]);
  });
});
