import { expect, test, vi } from "vitest";
import {
  advance,
  advanceWhileBehind,
  makeFeed,
  makeLiveFeed,
  publish,
  sequences,
} from "../../test/chaos/make-feed.ts";

test("a message of a break that a replica lacks is reported when a live message shows that it is missing", async () => {
  const world = await makeLiveFeed();
  world.act({ do: "cut", isStop: false });
  publish(world);
  await advance(world, 500);
  world.act({ do: "latency", ms: 50 });
  world.act({ do: "mood", mood: "behind" });
  world.act({ do: "open" });
  await advance(world, 350);
  publish(world);
  await advanceWhileBehind(world, 9000);
  await advance(world, 30_000);
  expect(sequences(world)).toEqual([1, 3]);
  expect(world.listeners[0]?.gaps).toMatchObject([
    { kind: "unreadable", missing: { atMost: 1 } },
    { kind: "break", missing: { exactly: 0 } },
  ]);
});

test.each([5, 100])(
  "a message that the replica lacks for too long is reported, however soon after that it arrives",
  async (ms) => {
    for (let behindMs = 5000; behindMs < 9000; behindMs += 90) {
      const world = await makeFeed();
      world.act({ do: "latency", ms });
      world.act({ do: "open" });
      await advance(world, 1000);
      publish(world);
      await advance(world, 1000);
      const fromMs = world.clock.now();
      world.act({ do: "lose", count: 1 });
      publish(world, 2);
      await advanceWhileBehind(world, behindMs);
      world.stream.mood = "on";
      await advance(world, 20_000);
      const [listener] = world.listeners;
      if (sequences(world)?.length === 3) expect(listener?.gaps).toEqual([]);
      else expect(listener?.gaps).toMatchObject([{ kind: "unreadable", missing: { atMost: 1 } }]);
      for (const gap of listener?.gaps ?? []) expect(gap.fromMs).toBeLessThanOrEqual(fromMs);
    }
  },
);

test.each([true, false])(
  "messages on other subjects that were skipped before aren't reported with it (in a break: %s)",
  async (isBreak) => {
    const world = await makeFeed();
    world.act({ do: "open" });
    await advance(world, 1000);
    publish(world);
    await advance(world, 3000);
    if (isBreak) world.act({ do: "cut", isStop: false });
    publish(world, 3, "s.b.1");
    publish(world, 3);
    await advance(world, 500);
    world.act({ do: "latency", ms: 50 });
    world.act({ do: "mood", mood: "behind" });
    if (isBreak) world.act({ do: "open" });
    else world.act({ do: "lose", count: 1 });
    if (!isBreak) publish(world);
    await advance(world, 100);
    publish(world);
    await advanceWhileBehind(world, 12_000);
    world.stream.mood = "on";
    await advance(world, 30_000);
    expect(sequences(world)).toEqual(isBreak ? [1, 3, 5, 8] : [1, 3, 5, 7, 9]);
    const [gap, ...others] = world.listeners[0]?.gaps ?? [];
    // In the break, a message on another subject is among them.
    expect(gap).toMatchObject({ kind: "unreadable", missing: { atMost: isBreak ? 2 : 1 } });
    expect(others.map(({ missing }) => missing)).toEqual(isBreak ? [{ exactly: 0 }] : []);
  },
);

test.each(["s.>", "s.a.*"])(
  "a message that a worker consumed before it could be read is reported as discarded (filter %s)",
  async (filter) => {
    for (const isOld of [false, true]) {
      const world = await makeLiveFeed({ filter, isOld });
      world.act({ do: "lose", count: 1 });
      publish(world);
      if (filter !== "s.>") publish(world, 2, "s.b.1");
      publish(world);
      for (let ms = 0; ms < 400; ms += 1) {
        await advance(world, 1);
        world.stream.discard("messages");
      }
      await advance(world, 20_000);
      expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded" }]);
    }
  },
);

test("a break begins when the feed was last complete, even if announcements never end", async () => {
  const world = await makeFeed({ republishes: false });
  world.act({ do: "latency", ms: 50 });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world, 500, "s.a.1", 20);
  await advance(world, 4500);
  const cutMs = world.clock.now();
  world.act({ do: "cut", isStop: false });
  await advance(world, 500);
  world.act({ do: "open" });
  await advance(world, 3000);
  expect(world.listeners[0]?.gaps[0]?.fromMs).toBeGreaterThan(cutMs - 300);
});

test("replicas that disagree on a count delay a break's report only briefly, and the count is reported once they agree", async () => {
  const world = await makeLiveFeed();
  world.act({ do: "cut", isStop: false });
  publish(world, 9, "s.a.1", 10);
  await advance(world, 1000);
  // Discards the ninth message, the last but one.
  world.act({ do: "discard", what: "one-message" });
  const answer = world.stream.answer.bind(world.stream);
  let asked = 0;
  vi.spyOn(world.stream, "answer").mockImplementation((subject, body) => {
    if (body.includes('"next_by_subj":">"')) asked += 1;
    world.stream.mood = asked % 2 === 1 && body.includes('"next_by_subj":">"') ? "behind" : "on";
    return answer(subject, body);
  });
  const before = world.states.length;
  world.act({ do: "open" });
  await advance(world, 8000);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "break", recovered: 8 }]);
  expect(world.states.slice(before).map(({ state }) => state)).toEqual(["behind", "current"]);
  vi.restoreAllMocks();
  world.stream.mood = "on";
  await advance(world, 15_000);
  expect(world.listeners[0]?.gaps[1]).toMatchObject({ kind: "discarded", missing: { atMost: 1 } });
});
