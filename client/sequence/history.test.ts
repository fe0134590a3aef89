import { expect, test, vi } from "vitest";
import type { FeedSchedule } from "../../test/chaos/feed-schedule.ts";
import type { FeedWorld } from "../../test/chaos/feed-world.ts";
import { advance, advanceWhileBehind, makeFeed, publish, sequences } from "../../test/chaos/make-feed.ts";
import type { History } from "./port.ts";

/** A feed of a stream with messages 1 to 20; its link is open if `isOpen`. */
async function worldOf(changes: Partial<FeedSchedule>, isOpen: boolean): Promise<FeedWorld> {
  const world = await makeFeed({ filter: "s.a.1", ...changes });
  if (isOpen) world.act({ do: "open" });
  await advance(world, 1000);
  publish(world, 20, "s.a.1", 10);
  await advance(world, 6000);
  return world;
}

const from = (first: number) => Array.from({ length: 21 - first }, (_, i) => first + i);

test.each<[string, History, number]>([
  ["last", { last: 20 }, 1],
  ["since", { sinceMs: 0 }, 1],
  ["last of each subject", { lastPerSubject: true }, 20],
])("a history (%s) includes messages that the replica doesn't have yet", async (_, history, first) => {
  for (const changes of [{}, { republishes: false }, { isOld: true }]) {
    const world = await worldOf(changes, true);
    world.act({ do: "mood", mood: "behind" });
    world.act({ do: "join", history });
    await advance(world, 3000);
    expect(sequences(world, 1)).toEqual(from(first));
    expect(world.listeners[1]?.messages.every(({ isHistory }) => isHistory)).toBe(true);
  }
});

test("a replica that is behind is noticed even if the stream's last message is on another subject", async () => {
  const world = await worldOf({}, false);
  publish(world, 1, "s.b.1");
  world.act({ do: "join", history: { sinceMs: 0 } });
  await advance(world, 1000);
  const answer = world.stream.answer.bind(world.stream);
  vi.spyOn(world.stream, "answer").mockImplementation((subject, body) => {
    if (body.includes("start_time")) world.act({ do: "mood", mood: "behind" });
    return answer(subject, body);
  });
  world.act({ do: "open" });
  await advance(world, 3000);
  expect(sequences(world, 1)).toEqual(from(1));
});

test.each<[string, History]>([
  ["last", { last: 20 }],
  ["since", { sinceMs: 0 }],
  ["last of each subject", { lastPerSubject: true }],
])("a history (%s) that a replica cuts short for long is reported as incomplete", async (_, history) => {
  for (const changes of [{}, { republishes: false }, { isOld: true }]) {
    const world = await worldOf(changes, true);
    world.act({ do: "join", history });
    await advanceWhileBehind(world, 15_000);
    world.stream.mood = "on";
    await advance(world, 5000);
    const [, late] = world.listeners;
    if (sequences(world, 1)?.includes(20)) expect(late?.gaps).toEqual([]);
    else expect(late?.gaps).toMatchObject([{ kind: "unreadable", missing: "unknown" }]);
  }
});

test.each([true, false])(
  "the last message of a history is read if the replica catches up soon (%s), and reported if not",
  async (isSoon) => {
    const world = await worldOf({}, true);
    const answer = world.stream.answer.bind(world.stream);
    vi.spyOn(world.stream, "answer").mockImplementation((subject, body) => {
      const isAsked = body.includes('"next_by_subj":">"');
      world.act({ do: "mood", mood: isAsked ? "on" : "behind" });
      return answer(subject, body);
    });
    world.act({ do: "join", history: { last: 20 } });
    await advance(world, isSoon ? 2500 : 6000);
    vi.restoreAllMocks();
    world.act({ do: "mood", mood: "on" });
    await advance(world, 3000);
    expect(sequences(world, 1)?.includes(20)).toBe(isSoon);
    expect(world.listeners[1]?.gaps.map(({ missing }) => missing)).toEqual(isSoon ? [] : ["unknown"]);
  },
);

test("messages discarded before a history was read aren't reported, even if nothing was stored since", async () => {
  for (const isOld of [true, false]) {
    const world = await makeFeed({ filter: "s.a.1", isOld });
    world.act({ do: "open" });
    await advance(world, 1000);
    publish(world);
    await advance(world, 200);
    // This message stays in the stream, unless the server is too old to count.
    publish(world, 1, "s.b.1");
    await advance(world, 200);
    publish(world, 3);
    await advance(world, 1000);
    world.act({ do: "discard", what: isOld ? "messages" : "subject" });
    world.act({ do: "join", history: { last: 5 } });
    await advance(world, 10_000);
    expect(world.listeners[1]?.gaps).toEqual([]);
    publish(world);
    await advance(world, 1000);
    expect(sequences(world, 1)).toHaveLength(1);
  }
});

test("a history that was discarded as a whole isn't reported if STREAM.INFO is denied", async () => {
  const world = await worldOf({ isInfoDenied: true }, true);
  world.act({ do: "discard", what: "messages" });
  world.act({ do: "join", history: { last: 5 } });
  await advance(world, 10_000);
  expect(world.listeners[1]?.gaps).toEqual([]);
});

test("a history doesn't wait forever for a last message that was discarded", async () => {
  const world = await worldOf({ isInfoDenied: true }, true);
  world.act({ do: "discard", what: "messages" });
  world.act({ do: "join", history: { last: 5 } });
  publish(world, 1, "s.a.2");
  await advance(world, 3000);
  publish(world);
  await advance(world, 1000);
  expect(sequences(world, 1)).toEqual([22]);
  expect(world.listeners[1]?.gaps).toEqual([]);
});

test("a history since a time waits for nothing if the last message is older", async () => {
  const world = await worldOf({}, true);
  world.act({ do: "join", history: { sinceMs: world.clock.now() } });
  await advance(world, 100);
  publish(world);
  await advance(world, 100);
  expect(sequences(world, 1)).toEqual([21]);
});
