import { expect, test, vi } from "vitest";
import { advance, makeFeed, makeLiveFeed, publish, sequences } from "../../test/chaos/make-feed.ts";

test("a message stored and discarded during a break is reported, though the next one's `Nats-Last-Sequence` is already delivered", async () => {
  const world = await makeFeed({ filter: "s.a.1" });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world, 2);
  await advance(world, 1000);
  world.act({ do: "cut", isStop: false });
  publish(world, 2);
  await advance(world, 1000);
  publish(world, 1, "s.b.1");
  await advance(world, 1000);
  // Discards the fourth message, the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "open" });
  await advance(world, 7);
  publish(world);
  await advance(world, 10_000);
  expect(sequences(world)).toEqual([1, 2, 3, 6]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
});

test("a message stored and discarded during a break is reported, though the one before it on its subject was held when the break began", async () => {
  const world = await makeFeed({ filter: "s.a.1" });
  world.act({ do: "open" });
  await advance(world, 1000);
  world.act({ do: "cut", isStop: false });
  publish(world);
  await advance(world, 1000);
  world.act({ do: "latency", ms: 100 });
  world.act({ do: "open" });
  await advance(world, 120);
  publish(world);
  await advance(world, 190);
  // The second message is held until the first is read.
  expect(world.feed.state).toMatchObject({ state: "behind", lastSequence: 0 });
  world.act({ do: "cut", isStop: false });
  await advance(world, 500);
  world.act({ do: "latency", ms: 5 });
  publish(world);
  await advance(world, 1000);
  publish(world, 1, "s.b.1");
  await advance(world, 1000);
  // Discards the third message, the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "open" });
  await advance(world, 3000);
  publish(world);
  await advance(world, 10_000);
  expect(sequences(world)).toEqual([1, 2, 5]);
  const gaps = world.listeners[0]?.gaps.map(({ kind, missing }) => [kind, missing]);
  expect(gaps).toContainEqual(["discarded", { atMost: 1 }]);
});

test("a message stored and discarded during a break is reported, though the one before it on its subject arrived as the break began", async () => {
  const world = await makeFeed({ filter: "s.a.1" });
  const receive = world.feed.createReceiver();
  let late = (): void => expect.fail("nothing came");
  vi.spyOn(world.feed, "createReceiver").mockReturnValueOnce((message) => {
    late = () => receive(message);
  });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world);
  await advance(world, 200);
  world.act({ do: "cut", isStop: false });
  late();
  publish(world);
  await advance(world, 1000);
  publish(world, 1, "s.b.1");
  await advance(world, 1000);
  // Discards the second message, the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "open" });
  await advance(world, 3000);
  publish(world);
  await advance(world, 10_000);
  expect(sequences(world)).toEqual([1, 4]);
  const gaps = world.listeners[0]?.gaps.map(({ kind, missing }) => [kind, missing]);
  expect(gaps).toContainEqual(["discarded", { atMost: 1 }]);
});

test("a message stored and discarded during a break is reported, though the position wasn't known before", async () => {
  const world = await makeFeed({ filter: "s.a.1" });
  world.stream.mood = "off";
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world);
  await advance(world, 1000);
  world.act({ do: "cut", isStop: false });
  publish(world);
  await advance(world, 500);
  publish(world, 1, "s.b.1");
  await advance(world, 500);
  // Discards the second message, the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world);
  await advance(world, 60_000);
  expect(sequences(world)).toEqual([1, 4]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "unreadable", missing: { atMost: 2 } }]);
});

test("a message that a half-dead link lost before a handover is reported, though it was discarded", async () => {
  const world = await makeLiveFeed({ filter: "s.a.1" });
  world.act({ do: "lose", count: 1 });
  publish(world);
  await advance(world, 500);
  publish(world, 1, "s.b.1");
  await advance(world, 200);
  // Discards the second message, the last but one.
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "latency", ms: 100 });
  world.act({ do: "handover" });
  // Only the second link delivers it, before it takes over.
  world.act({ do: "lose", count: 1 });
  publish(world);
  await advance(world, 15_000);
  expect(sequences(world)).toEqual([1, 4]);
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 1 } }]);
});
