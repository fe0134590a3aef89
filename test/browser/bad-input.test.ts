import { describe, expect, test } from "vitest";
import { FEED_SUBJECTS, FEEDS } from "../support/page/dashboard.ts";
import { event } from "../support/page/events.ts";
import { useScene } from "../support/page/scene.ts";
import { NATS_SERVER } from "../support/servers/brokers.ts";
import { untilEqual } from "../support/tools/until.ts";

const MEGABYTE = 1024 * 1024;

const BAD: readonly (readonly [reason: string, payload: string | Uint8Array])[] = [
  ["not-json", '{"user": "tester", '],
  ["wrong-type", event("llm", "x").replace('"x"', "17")],
  ["missing", JSON.stringify({ user: "tester" })],
  ["not-object", "[1, 2, 3]"],
  ["empty", ""],
  ["missing", JSON.stringify({ prompt: "y".repeat(MEGABYTE - 20) })],
  ["not-utf8", Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d)],
];

describe("Bad input", () => {
  const scene = useScene(NATS_SERVER);

  test("each is shown as malformed with its reason, and the next message arrives", async () => {
    const { dashboard } = scene;
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    const publisher = await scene.publisher();

    for (const [index, [reason, payload]] of BAD.entries()) {
      publisher.publish(FEEDS.llm, payload);
      await scene.publish("llm", `good after ${reason}`);
      expect(await dashboard.counts("llm", "received", 2 * (index + 1))).toBe(2 * (index + 1));
      expect(await dashboard.count("llm", "malformed")).toBe(index + 1);
      expect(await dashboard.count("llm", "shown")).toBe(index + 1);
      const [newest, before] = await dashboard.rows("llm");
      expect(newest).toContain(`good after ${reason}`);
      expect(before).toContain("Malformed");
      expect((await dashboard.malformedReasons("llm"))[0]).toBe(reason);
    }
    expect(await dashboard.colour()).toBe("green");
    expect(await dashboard.hasBanner()).toBe(false);
    expect(scene.complaints).toEqual([]);
  });

  test("one feed's bad input leaves the other feeds alone", async () => {
    const { dashboard } = scene;
    await dashboard.toggle();
    await dashboard.turns("green");
    await untilEqual(scene.held, [FEED_SUBJECTS]);
    (await scene.publisher()).publish(FEEDS.sparc, "no JSON at all");
    await scene.publish("propagation", "a pattern");
    expect(await dashboard.counts("sparc", "malformed", 1)).toBe(1);
    expect(await dashboard.counts("propagation", "shown", 1)).toBe(1);
    expect(await dashboard.count("propagation", "malformed")).toBe(0);
  });
});
