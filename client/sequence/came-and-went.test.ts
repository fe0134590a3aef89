import { expect, test, vi } from "vitest";
import { followedFeed, passes, playedFeed, publish, sequences } from "../../test/chaos/played-feed.ts";

test("what came and went during a break is told, though the next message names the one before it on its subject", async () => {
  const world = await playedFeed({ filter: "s.a.1" });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world, 2);
  await passes(world, 1000);
  world.act({ do: "cut", isStop: false });
  publish(world, 2);
  await passes(world, 1000);
  publish(world, 1, "s.b.1");
  await passes(world, 1000);
  // The fourth goes: the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "open" });
  await passes(world, 7);
  publish(world);
  await passes(world, 10_000);
  expect(sequences(world)).toEqual([1, 2, 3, 6]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
});

test("what came and went during a break is told, though the one before it on its subject came before that break, while another was read", async () => {
  const world = await playedFeed({ filter: "s.a.1" });
  world.act({ do: "open" });
  await passes(world, 1000);
  world.act({ do: "cut", isStop: false });
  publish(world);
  await passes(world, 1000);
  world.act({ do: "latency", ms: 100 });
  world.act({ do: "open" });
  await passes(world, 120);
  publish(world);
  await passes(world, 190);
  // The second waits for the first to be read.
  expect(world.feed.state).toMatchObject({ state: "behind", lastSequence: 0 });
  world.act({ do: "cut", isStop: false });
  await passes(world, 500);
  world.act({ do: "latency", ms: 5 });
  publish(world);
  await passes(world, 1000);
  publish(world, 1, "s.b.1");
  await passes(world, 1000);
  // The third goes: the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "open" });
  await passes(world, 3000);
  publish(world);
  await passes(world, 10_000);
  expect(sequences(world)).toEqual([1, 2, 5]);
  const gaps = world.listeners[0]?.gaps.map(({ kind, missing }) => [kind, missing]);
  expect(gaps).toContainEqual(["discarded", { atMost: 1 }]);
});

test("what came and went during a break is told, though the one before it on its subject was on its way when that began", async () => {
  const world = await playedFeed({ filter: "s.a.1" });
  const receive = world.feed.receiver();
  let late = (): void => expect.fail("nothing came");
  vi.spyOn(world.feed, "receiver").mockReturnValueOnce((message) => {
    late = () => receive(message);
  });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 200);
  world.act({ do: "cut", isStop: false });
  late();
  publish(world);
  await passes(world, 1000);
  publish(world, 1, "s.b.1");
  await passes(world, 1000);
  // The second goes: the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "open" });
  await passes(world, 3000);
  publish(world);
  await passes(world, 10_000);
  expect(sequences(world)).toEqual([1, 4]);
  const gaps = world.listeners[0]?.gaps.map(({ kind, missing }) => [kind, missing]);
  expect(gaps).toContainEqual(["discarded", { atMost: 1 }]);
});

test("what came and went during a break before the place was known is told", async () => {
  const world = await playedFeed({ filter: "s.a.1" });
  world.stream.mood = "off";
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 1000);
  world.act({ do: "cut", isStop: false });
  publish(world);
  await passes(world, 500);
  publish(world, 1, "s.b.1");
  await passes(world, 500);
  // The second goes: the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "open" });
  await passes(world, 1000);
  publish(world);
  await passes(world, 60_000);
  expect(sequences(world)).toEqual([1, 4]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "unreadable", missing: { atMost: 2 } }]);
});

test("what a link that is half dead kept away before another takes over from it is told", async () => {
  const world = await followedFeed({ filter: "s.a.1" });
  world.act({ do: "lose", count: 1 });
  publish(world);
  await passes(world, 500);
  publish(world, 1, "s.b.1");
  await passes(world, 200);
  // The second goes: the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "latency", ms: 100 });
  world.act({ do: "handover" });
  // Only the second link brings it, before it takes over.
  world.act({ do: "lose", count: 1 });
  publish(world);
  await passes(world, 15_000);
  expect(sequences(world)).toEqual([1, 4]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
});
