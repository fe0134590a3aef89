/** Listeners that join while a stream can't be read, or messages are missing. */
import { expect, test } from "vitest";
import {
  advance,
  makeFeed,
  makeLiveFeed,
  openUntilAnswered,
  publish,
  sequences,
} from "../../test/chaos/make-feed.ts";
import type { Message } from "../message.ts";
import type { History, SequencedListener } from "./port.ts";

test.each<[History | undefined, unknown]>([
  [undefined, []],
  [{ last: 2 }, [{ kind: "unreadable", missing: "unknown" }]],
])(
  "a listener that joins while the stream is unreadable gets republished messages, and a gap for its history (%j)",
  async (history, gaps) => {
    const world = await makeFeed();
    world.act({ do: "mood", mood: "forbidden" });
    world.act({ do: "open" });
    publish(world, 2);
    await advance(world, 1000);
    expect(world.feed.state).toMatchObject({ state: "unreadable", reason: "denied" });
    world.act({ do: "join", history });
    publish(world, 2);
    await advance(world, 1000);
    expect([sequences(world), sequences(world, 1)]).toEqual([
      [1, 2, 3, 4],
      [3, 4],
    ]);
    expect(world.listeners[1]?.gaps).toMatchObject(gaps as object);
    expect(world.feed.state).toMatchObject({ state: "unreadable", reason: "denied" });
  },
);

test("a listener that joined while the feed waited gets the held messages once the stream counts as unreadable", async () => {
  const world = await makeFeed();
  world.act({ do: "open" });
  await advance(world, 1000);
  world.act({ do: "mood", mood: "off" });
  world.act({ do: "lose", count: 1 });
  publish(world, 2);
  await advance(world, 1000);
  expect(world.feed.state).toMatchObject({ state: "waiting" });
  world.act({ do: "join", history: undefined });
  publish(world);
  await advance(world, 30_000);
  expect(world.feed.state).toMatchObject({ state: "unreadable" });
  expect(sequences(world, 1)).toContain(3);
});

test("a listener that got its position during a break is told what is missing from then on", async () => {
  const world = await makeLiveFeed();
  world.act({ do: "cut", isStop: false });
  world.act({ do: "mood", mood: "forbidden" });
  world.act({ do: "open" });
  await advance(world, 1000);
  world.act({ do: "join", history: undefined });
  // Nothing shows yet that these are missing.
  world.act({ do: "lose", count: 2 });
  publish(world, 4, "s.a.1", 10);
  world.act({ do: "lose", count: 2 });
  await advance(world, 100);
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "mood", mood: "on" });
  await advance(world, 130_000);
  const gaps = world.listeners.map(({ gaps }) => gaps.map(({ kind, missing }) => [kind, missing]));
  expect(gaps[0]?.length).toBeGreaterThan(0);
  expect(gaps[1]).toEqual(gaps[0]);
});

test("a listener that replaces another while the link is down gets its messages and gaps", async () => {
  const world = await makeFeed();
  world.act({ do: "open" });
  await advance(world, 1000);
  world.act({ do: "cut", isStop: false });
  publish(world, 5, "s.a.1", 10);
  await advance(world, 1000);
  world.act({ do: "discard", what: "one-message" });
  world.act({ do: "replace", listener: 0 });
  world.act({ do: "open" });
  await advance(world, 3000);
  expect(sequences(world)).toEqual([1, 2, 3, 5]);
  expect(world.listeners[0]?.gaps).toMatchObject([
    { kind: "discarded", missing: { atMost: 1 }, recovered: 4 },
  ]);
});

test("a listener that replaces one that waits for its history gets the buffered messages, but not the history", async () => {
  const world = await makeFeed();
  world.act({ do: "open" });
  publish(world, 3);
  await advance(world, 1000);
  const heard: (number | undefined)[] = [];
  const hearing = (take: (message: Message) => void): SequencedListener => ({
    message: take,
    gap: () => {},
    state: () => {},
    dropped: () => {},
  });
  const first = hearing(() => expect.fail("it has been replaced"));
  const leave = world.feed.add(first, { last: 3 });
  publish(world);
  await advance(world, 5);
  world.feed.add(
    hearing(({ sequence }) => heard.push(sequence)),
    undefined,
    first,
  );
  leave();
  await advance(world, 1000);
  publish(world);
  await advance(world, 1000);
  expect(heard).toEqual([4, 5]);
});

test("a feed isn't current if the link is lost right after its last answer", async () => {
  const world = await makeFeed();
  publish(world, 5);
  openUntilAnswered(world, (_, payload) => payload.includes("batch"));
  await advance(world, 1000);
  expect(world.feed.state).toMatchObject({ state: "behind", reason: "no-link" });
});

test("a replica that is always behind keeps neither the feed behind nor a late listener from its history", async () => {
  const world = await makeFeed();
  world.act({ do: "latency", ms: 20 });
  world.act({ do: "open" });
  await advance(world, 1000);
  const comes = async (ms: number) => {
    const untilMs = world.clock.now() + ms;
    while (world.clock.now() < untilMs) {
      publish(world);
      // Leaves a hole that only a read can fill.
      publish(world, 1, "s.b.1");
      world.stream.mood = "behind";
      await advance(world, 20);
    }
  };
  await comes(1000);
  world.act({ do: "cut", isStop: false });
  world.act({ do: "open" });
  await comes(2000);
  world.act({ do: "join", history: { sinceMs: 0 } });
  await comes(1000);
  expect(world.feed.state).toMatchObject({ state: "current" });
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "break", missing: { exactly: 0 } }]);
  expect(world.listeners[1]?.messages[0]).toMatchObject({ sequence: 1, isHistory: true });
});
