import { describe, expect, test } from "vitest";
import { FEED_SUBJECTS } from "../support/page/dashboard.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { untilEqual } from "../support/tools/until.ts";

const TIMES = 50;
/** Long enough that each press happens while a connection is being made. */
const DELAY_MS = 40;
/** Each press comes a little later than the previous one, so that together they cover a connection's whole start. */
const STEP_MS = 3;

describe("Toggle while connecting, on a slow path", () => {
  const scene = useScene(NATS_SERVER, { delayMs: DELAY_MS });

  test(`${TIMES} times: three subscriptions, no duplicate, no warning, no reload`, async () => {
    const { dashboard } = scene;
    for (let time = 0; time < TIMES; time += 1) {
      await dashboard.toggleWhile("connecting", time * STEP_MS);
      await dashboard.turns("grey");
    }
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    await scene.publish("llm", "one");
    await scene.publish("llm", "another: a second copy of the first would come before it");
    expect(await dashboard.counts("llm", "received", 2)).toBe(2);
    expect(await dashboard.hasBanner()).toBe(false);
    expect(await dashboard.loads()).toBe(1);
    expect(scene.complaints).toEqual([]);
    expect(scene.broker.complaints()).toEqual([]);
  });
});

describe("Switching off while the server doesn't answer", () => {
  const scene = useScene(NATS_SERVER);

  test("turns grey within 4 s and leaves nothing behind", async () => {
    const { dashboard } = scene;
    await scene.broker.freeze();
    await dashboard.toggle();
    await dashboard.reaches("connecting");
    expect(await dashboard.switchOff()).toBeLessThan(4000);
    scene.broker.thaw();
    await untilEqual(scene.held, []);
    expect(await dashboard.hasBanner()).toBe(false);
    // Browsers log this when a WebSocket is closed before its server has answered.
    const own = /WebSocket is closed before the connection is established/;
    expect(scene.complaints.filter((complaint) => !own.test(complaint))).toEqual([]);
  });
});
