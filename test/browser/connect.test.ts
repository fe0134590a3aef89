import { describe, expect, test } from "vitest";
import { FEED_SUBJECTS, type FeedId } from "../support/page/dashboard.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { untilEqual } from "../support/tools/until.ts";

const FEED_IDS: readonly FeedId[] = ["sparc", "llm", "propagation"];

describe("Connecting", () => {
  const scene = useScene(NATS_SERVER);

  test("Connect: off is grey; on is green, with three subscriptions and events in their feeds", async () => {
    const { dashboard } = scene;
    expect(await dashboard.colour()).toBe("grey");
    expect(await scene.held()).toEqual([]);

    await dashboard.toggle();
    await dashboard.turns("green");
    expect(await dashboard.pillText()).toBe("Live");
    await untilEqual(scene.held, [FEED_SUBJECTS]);

    for (const feed of FEED_IDS) await scene.publish(feed, `an event for ${feed}`);
    for (const feed of FEED_IDS) {
      expect(await dashboard.counts(feed, "received", 1)).toBe(1);
      expect(await dashboard.counts(feed, "shown", 1)).toBe(1);
      expect(await dashboard.count(feed, "malformed")).toBe(0);
      expect((await dashboard.rows(feed)).join()).toContain(`an event for ${feed}`);
    }
    expect(scene.complaints).toEqual([]);
    expect(scene.broker.complaints()).toEqual([]);
  });

  test("Disconnect: off is drained, grey, and without an error anywhere", async () => {
    const { dashboard } = scene;
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    await scene.publish("llm", "the last event");
    await dashboard.counts("llm", "received", 1);

    await dashboard.toggle();
    await dashboard.turns("grey");
    expect(await dashboard.pillText()).toBe("Stopped");
    await untilEqual(scene.held, []);
    expect(await dashboard.hasBanner()).toBe(false);
    expect(scene.complaints).toEqual([]);
    expect(scene.broker.complaints()).toEqual([]);
    // What was shown stays to be read.
    expect(await dashboard.count("llm", "shown")).toBe(1);
  });
});
