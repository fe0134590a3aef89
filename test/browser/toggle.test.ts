import { describe, expect, test } from "vitest";
import { FEED_SUBJECTS, hook } from "../support/page/dashboard.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { untilEqual } from "../support/tools/until.ts";

const TIMES = 50;

describe("Toggle", () => {
  const scene = useScene(NATS_SERVER);
  let published = 0;

  /** Publishes one event, and expects exactly one more on the page. */
  const oneEventMore = async (): Promise<void> => {
    const before = await scene.dashboard.count("llm", "received");
    published += 1;
    await scene.publish("llm", `event ${published}`);
    expect(await scene.dashboard.counts("llm", "received", before + 1)).toBe(before + 1);
  };

  const allIsWell = async (): Promise<void> => {
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    await oneEventMore();
    // A second copy would arrive before this one.
    await oneEventMore();
    expect(await scene.dashboard.hasBanner()).toBe(false);
    expect(await scene.dashboard.loads()).toBe(1);
    expect(scene.complaints).toEqual([]);
    expect(scene.broker.complaints()).toEqual([]);
  };

  test(`slowly, ${TIMES} times: three subscriptions and no duplicate each time`, async () => {
    const { dashboard } = scene;
    for (let time = 0; time < TIMES; time += 1) {
      await dashboard.toggle();
      await dashboard.turns("green");
      await untilEqual(scene.held, [FEED_SUBJECTS]);
      await oneEventMore();
      await dashboard.toggle();
      await dashboard.turns("grey");
    }
    await untilEqual(scene.held, []);
    expect(await dashboard.count("llm", "received")).toBe(TIMES);
    await dashboard.toggle();
    await dashboard.turns("green");
    await allIsWell();
  });

  test(`quickly, ${TIMES} times without waiting for anything`, async () => {
    const { dashboard } = scene;
    for (let time = 0; time < TIMES; time += 1) {
      await dashboard.toggle();
      await dashboard.toggle();
    }
    await dashboard.toggle();
    await dashboard.turns("green");
    await allIsWell();
  });

  test(`${TIMES} times in one go, faster than the page can paint`, async () => {
    const { dashboard } = scene;
    await dashboard.page.$eval(
      hook("live-switch"),
      (element, clicks) => {
        for (let click = 0; click < clicks; click += 1) (element as HTMLElement).click();
      },
      2 * TIMES + 1,
    );
    await dashboard.turns("green");
    await allIsWell();
  });
});
