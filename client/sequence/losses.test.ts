import { expect, onTestFinished, test, vi } from "vitest";
import { QUIET_LIFE } from "../../test/chaos/feed-schedule.ts";
import { FeedWorld } from "../../test/chaos/feed-world.ts";

test.each([true, false])(
  "what was discarded is told, once, where nobody may ask what the stream is; after a break: %s",
  async (isBreak) => {
    const world = new FeedWorld({ ...QUIET_LIFE, isInfoDenied: true });
    onTestFinished(() => world.feed.end());
    const passes = (ms: number) => world.run(world.clock.now() + ms);
    world.act({ do: "open" });
    await passes(1000);
    const asked = vi.spyOn(world.stream, "answer");
    if (isBreak) world.act({ do: "cut", isStop: false });
    else world.act({ do: "lose", count: 9 });
    world.act({ do: "publish", subject: "s.a.1", count: 9, everyMs: 10 });
    await passes(500);
    world.act({ do: "discard", what: "one-message" });
    world.act({ do: "open" });
    await passes(120_000);
    expect(world.feed.state).toEqual({ state: "current", lastSequence: 9 });
    expect(world.listeners[0]?.messages).toHaveLength(8);
    expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
    expect(asked.mock.calls.filter(([subject]) => subject.includes("INFO"))).toHaveLength(1);
  },
);

test("an empty stream that nobody may ask about is followed", async () => {
  const world = new FeedWorld({ ...QUIET_LIFE, isInfoDenied: true, republishes: false });
  onTestFinished(() => world.feed.end());
  world.act({ do: "open" });
  await world.run(world.clock.now() + 1000);
  expect(world.feed.state).toEqual({ state: "current", lastSequence: 0 });
});
