import { describe, expect, test } from "vitest";
import { publishSteadily } from "../support/clients/pace.ts";
import { FEED_SUBJECTS, FEEDS } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { untilEqual } from "../support/tools/until.ts";

const FEED_IDS = ["sparc", "llm", "propagation"] as const;

describe("1,000 messages a second", () => {
  const scene = useScene(NATS_SERVER);

  test("are all received and counted", async () => {
    const { dashboard } = scene;
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    const perFeed = 1000;
    await publishSteadily(await scene.publisher(), { perSecond: 1000, seconds: 3 }, (index) => {
      const feed = FEED_IDS[index % FEED_IDS.length] ?? "llm";
      return { subject: FEEDS[feed], payload: event(feed, `event ${index}`) };
    });
    for (const feed of FEED_IDS) {
      expect(await dashboard.counts(feed, "received", perFeed)).toBe(perFeed);
      expect(await dashboard.count(feed, "malformed")).toBe(0);
    }
    expect(scene.complaints).toEqual([]);
    expect(scene.broker.complaints()).toEqual([]);
  });
});
