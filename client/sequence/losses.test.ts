import { expect, test, vi } from "vitest";
import { passes, playedFeed } from "../../test/chaos/played-feed.ts";

test.each([true, false])(
  "what was discarded is told, once, where nobody may ask what the stream is; after a break: %s",
  async (isBreak) => {
    const world = await playedFeed({ isInfoDenied: true });
    world.act({ do: "open" });
    await passes(world, 1000);
    const asked = vi.spyOn(world.stream, "answer");
    if (isBreak) world.act({ do: "cut", isStop: false });
    else world.act({ do: "lose", count: 9 });
    world.act({ do: "publish", subject: "s.a.1", count: 9, everyMs: 10 });
    await passes(world, 500);
    world.act({ do: "discard", what: "one-message" });
    world.act({ do: "open" });
    await passes(world, 120_000);
    expect(world.feed.state).toEqual({ state: "current", lastSequence: 9 });
    expect(world.listeners[0]?.messages).toHaveLength(8);
    expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
    expect(asked.mock.calls.filter(([subject]) => subject.includes("INFO"))).toHaveLength(1);
  },
);

test("an empty stream that nobody may ask about is followed", async () => {
  const world = await playedFeed({ isInfoDenied: true, republishes: false });
  world.act({ do: "open" });
  await passes(world, 1000);
  expect(world.feed.state).toEqual({ state: "current", lastSequence: 0 });
});
