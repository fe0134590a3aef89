import { expect, test, vi } from "vitest";
import { FEED_SUBJECTS } from "../../test/chaos/feed-schedule.ts";
import {
  advance,
  advanceWhileBehind,
  makeFeed,
  makeLiveFeed,
  publish,
  sequences,
} from "../../test/chaos/make-feed.ts";
import { headersOf } from "../../test/chaos/virtual-headers.ts";
import { catchUp, isRecreated, type ReadContext } from "./catch-up.ts";
import { Cursor } from "./cursor.ts";
import { StoredMessage, type StoredParts } from "./stored.ts";

const [SUBJECT] = FEED_SUBJECTS;
const clock = { now: () => 0, after: (_: number, callback: () => void) => (callback(), () => {}) };
const stored = (sequence: number, time: string): StoredParts => ({
  subject: SUBJECT,
  sequence,
  time,
  data: new Uint8Array(),
  headers: undefined,
});

/** A stream that gives these answers in turn. */
function answering(...answers: readonly (StoredParts | null)[]) {
  const get = vi.fn<(body: object) => Promise<StoredParts | null>>();
  for (const answer of answers) get.mockResolvedValueOnce(answer);
  return { get, signal: new AbortController().signal };
}
const lastMessage = stored(5, "2026-11-26T10:00:00Z");
const cursor = { position: 5, lastMessage };

test.each<[string, boolean, ...(StoredParts | null)[]]>([
  ["has another message at the last one's sequence", true, stored(5, "2026-11-26T10:01:00Z")],
  ["has the same message there", false, stored(5, "2026-11-26T10:00:00Z")],
  [
    "reaches the last message's sequence between two requests",
    true,
    null,
    stored(7, "2026-11-26T10:01:00Z"),
    stored(5, "2026-11-26T10:01:00Z"),
  ],
  ["has discarded that message", false, null, stored(7, "2026-11-26T10:01:00Z"), null],
  ["is empty", false, null, null],
])("a stream that %s counts as recreated: %s", async (_, isOther, ...answers) => {
  const stream = answering(...answers);
  expect(await isRecreated(stream, cursor, clock)).toBe(isOther);
  expect(stream.get).toHaveBeenCalledTimes(answers.length);
});

test("a read during which the stream turns out to be recreated waits for the new stream's known messages", async () => {
  const delivered: number[] = [];
  const cursor = new Cursor("s.>", ({ sequence }) => delivered.push(sequence));
  const comes = (sequence: number, time: string) =>
    cursor.onLive(new StoredMessage(stored(sequence, time), false), 0);
  const [before, now] = ["2026-11-26T10:00:00Z", "2026-11-26T10:01:00Z"];
  cursor.begin(5, before);
  comes(8, before);
  // The replica is behind; then the stream is recreated, and the replica lacks its second message at first.
  const reads: (() => readonly number[])[] = [
    () => [],
    () => {
      comes(3, now);
      return [1];
    },
    () => [2],
  ];
  const stream = {
    get: async () => stored(5, now),
    read: async (_: number, __: number, take: (parts: StoredParts) => void) => {
      for (const sequence of reads.shift()?.() ?? []) take(stored(sequence, now));
      return false;
    },
    signal: new AbortController().signal,
  };
  const losses = { markComplete: () => {}, report: () => {} };
  const after = vi.fn(clock.after).mockImplementationOnce((delayMs, callback) => {
    cursor.identityChecksWanted += 1;
    return clock.after(delayMs, callback);
  });
  const context: unknown = {
    stream,
    cursor,
    losses,
    listeners: { restart: () => 0 },
    clock: { ...clock, after },
  };
  expect(await catchUp(context as ReadContext)).toBe(false);
  expect(delivered).toEqual([1, 2, 3]);
});

test("a message that arrives while a read gives up is left to the next read", async () => {
  const delivered: number[] = [];
  const cursor = new Cursor("s.>", ({ sequence }) => delivered.push(sequence));
  const { time } = lastMessage;
  const comes = (sequence: number) => cursor.onLive(new StoredMessage(stored(sequence, time), false), 0);
  cursor.begin(5, time);
  comes(8);
  const stream = {
    directSubject: "history.S",
    get: async () => lastMessage,
    find: async () => {
      comes(11);
      return null;
    },
    read: async (from: number, _: number, take: (parts: StoredParts) => void) => {
      if (from > 8) take(stored(10, time));
      return false;
    },
    signal: new AbortController().signal,
  };
  const losses = { markComplete: () => {}, checkSkipped: async () => {}, giveUpSkipped: () => {} };
  const context: unknown = { stream, cursor, losses, clock };
  expect(await catchUp(context as ReadContext)).toBe(false);
  expect(delivered).toEqual([8]);
  expect(await catchUp(context as ReadContext)).toBe(false);
  expect(delivered).toEqual([8, 10, 11]);
});

test("messages of a stream that is recreated while a read gives up don't pass for messages of the old one", async () => {
  const [before, now] = ["2026-11-26T10:00:00Z", "2026-11-26T10:01:00Z"];
  const delivered: [number, string][] = [];
  const cursor = new Cursor("s.>", ({ sequence, time }) => delivered.push([sequence, time]));
  const comes = (sequence: number, time: string) => {
    const message = new StoredMessage(stored(sequence, time), false);
    if (cursor.onLive(message, 0) === "old") cursor.onOldMessage(message);
  };
  let kept = [stored(5, before)];
  cursor.begin(5, before);
  comes(8, before);
  const anew = Array.from({ length: 9 }, (_, index) => index + 1);
  const stream = {
    directSubject: "history.S",
    get: async (body: { readonly seq?: number }) =>
      (body.seq === undefined ? kept.at(-1) : kept.find(({ sequence }) => sequence === body.seq)) ?? null,
    find: async () => {
      if (kept.length === 1) {
        kept = anew.map((sequence) => stored(sequence, now));
        for (const sequence of anew) comes(sequence, now);
      }
      return null;
    },
    read: async (from: number, _: number, take: (parts: StoredParts) => void) => {
      kept.filter(({ sequence }) => sequence >= from).forEach(take);
      return false;
    },
    signal: new AbortController().signal,
  };
  const report = vi.fn();
  const losses = { markComplete: () => {}, checkSkipped: async () => {}, report };
  const context: unknown = { stream, cursor, losses, listeners: { restart: () => 0 }, clock };
  expect(await catchUp(context as ReadContext)).toBe(false);
  expect(delivered).toEqual(anew.map((sequence) => [sequence, now]));
  expect(report.mock.calls).toEqual([["discarded", "unknown"]]);
});

test("a replica that catches up just as a read gives up gets the full time again", async () => {
  const delivered: number[] = [];
  const cursor = new Cursor("s.>", ({ sequence }) => delivered.push(sequence));
  const { time } = lastMessage;
  cursor.begin(5, time);
  cursor.onLive(new StoredMessage(stored(8, time), false), 0);
  let nowMs = 0;
  let sinceMs = Number.POSITIVE_INFINITY;
  const upTo = () => (nowMs < sinceMs ? 5 : nowMs < sinceMs + 300 ? 6 : 8);
  const stream = {
    directSubject: "history.S",
    get: async ({ seq = 99 }: { readonly seq?: number }) => stored(Math.min(seq, upTo()), time),
    find: async (from: number) => {
      sinceMs = Math.min(sinceMs, nowMs);
      return from === 1 ? { first: stored(1, time), count: 5 } : null;
    },
    read: async (from: number, _: number, take: (parts: StoredParts) => void) => {
      for (let sequence = from; sequence <= upTo(); sequence += 1) take(stored(sequence, time));
      return false;
    },
    signal: new AbortController().signal,
  };
  const after = (delayMs: number, callback: () => void) => {
    nowMs += delayMs;
    queueMicrotask(callback);
    return () => {};
  };
  const losses = {
    markComplete: () => {},
    checkSkipped: async () => {},
    giveUpSkipped: () => expect.fail("it isn't lost"),
  };
  const context: unknown = { stream, cursor, losses, clock: { now: () => nowMs, after } };
  expect(await catchUp(context as ReadContext)).toBe(false);
  expect(delivered).toEqual([6, 7, 8]);
});

test("a stream that turns out to be recreated late in a read gets the full time to wait", async () => {
  const delivered: number[] = [];
  const cursor = new Cursor("s.>", ({ sequence }) => delivered.push(sequence));
  const [before, now] = ["2026-11-26T10:00:00Z", "2026-11-26T10:01:00Z"];
  const comes = (sequence: number, time: string) =>
    cursor.onLive(new StoredMessage(stored(sequence, time), false), 0);
  cursor.begin(5, before);
  comes(8, before);
  let nowMs = 0;
  let madeMs = Number.POSITIVE_INFINITY;
  const later = (delayMs: number, callback: () => void) => {
    nowMs += delayMs;
    // The read has waited for nearly its full time.
    if (nowMs > 4600 && cursor.generation === 0) cursor.identityChecksWanted += 1;
    return clock.after(delayMs, callback);
  };
  const stream = {
    get: async () => stored(5, now),
    read: async (_: number, __: number, take: (parts: StoredParts) => void) => {
      if (cursor.generation > 0 && madeMs > nowMs) {
        madeMs = nowMs;
        comes(3, now);
      } else if (nowMs - madeMs > 3000) for (const sequence of [1, 2]) take(stored(sequence, now));
      return false;
    },
    signal: new AbortController().signal,
  };
  const context: unknown = {
    stream,
    cursor,
    losses: { markComplete: () => {}, report: () => {} },
    listeners: { restart: () => 0 },
    clock: { now: () => nowMs, after: later },
  };
  expect(await catchUp(context as ReadContext)).toBe(false);
  expect(delivered).toEqual([1, 2, 3]);
});

test.each([true, false])(
  "a stream that is recreated and reaches the same sequence between two requests is read from its first message on (republished: %s)",
  async (republishes) => {
    const world = await makeFeed({ republishes, filter: SUBJECT });
    world.act({ do: "open" });
    await advance(world, 1000);
    publish(world, 5, SUBJECT);
    await advance(world, 6000);
    expect(world.listeners[0]?.messages).toHaveLength(5);
    world.stream.discard("stream");
    const answer = world.stream.answer.bind(world.stream);
    let isMade = false;
    vi.spyOn(world.stream, "answer").mockImplementation((subject, body) => {
      const answers = answer(subject, body);
      if (/"seq":5\b/.test(body) && !isMade) {
        isMade = true;
        world.stream.take(SUBJECT, ..."abcdef");
      }
      return answers;
    });
    publish(world, 1, SUBJECT);
    await advance(world, 30_000);
    expect(isMade).toBe(true);
    expect(sequences(world)).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6, 7]);
    expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: "unknown" }]);
  },
);

test("a listener whose history came from the recreated stream gets no more messages of the old one", async () => {
  const world = await makeFeed({ filter: "s.>", republishes: false, lastSequence: 100_000 });
  publish(world, 5, "s.a.2", 1);
  await advance(world, 5246);
  world.act({ do: "open" });
  await advance(world, 3102);
  world.act({ do: "handover" });
  await advance(world, 27_459);
  publish(world, 5, "s.a.2", 300);
  await advance(world, 87);
  // The old stream's last message is still on its way.
  world.stream.discard("stream");
  world.act({ do: "join", history: { last: 26 } });
  await advance(world, 9000);
  const sequences = world.listeners.map(({ messages }) => messages.map(({ sequence }) => sequence));
  expect(sequences).toEqual([
    [100_006, 1, 2, 3, 4],
    [1, 2, 3, 4],
  ]);
  expect(world.listeners[1]?.gaps).toMatchObject([{ kind: "discarded", missing: "unknown" }]);
});

test("a stream isn't taken for recreated when its cut-off old leader answers without the last messages", async () => {
  const world = await makeFeed({ filter: "s.>" });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world, 8, SUBJECT, 10);
  await advance(world, 4000);
  const answer = world.stream.answer.bind(world.stream);
  const stale = vi.spyOn(world.stream, "answer").mockImplementation((subject, payload) => {
    if (!subject.includes("INFO")) return answer(subject, payload);
    const state = { messages: 6, first_seq: 1, last_seq: 6 };
    return [{ status: "", headers: {}, payload: JSON.stringify({ state }) }];
  });
  world.act({ do: "handover" });
  await advanceWhileBehind(world, 6000);
  stale.mockRestore();
  await advance(world, 20_000);
  expect(sequences(world)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(world.listeners[0]?.gaps).toEqual([]);
});

test("an endless series of forged old messages doesn't stop a feed", async () => {
  const world = await makeFeed({ filter: SUBJECT });
  world.act({ do: "open" });
  await advance(world, 1000);
  publish(world, 5, SUBJECT, 10);
  await advance(world, 1000);
  const forged = { "Nats-Stream": "S", "Nats-Subject": SUBJECT, "Nats-Sequence": 1, "Nats-Last-Sequence": 0 };
  let isForging = true;
  const forge = () => {
    const headers = headersOf({ status: "", headers: forged, payload: "" });
    const message = { subject: `re.${SUBJECT}`, data: new Uint8Array(), isHistory: false, headers };
    world.feed.createReceiver()({ ...message, respond: () => false });
    if (isForging) world.clock.after(1, forge);
  };
  forge();
  publish(world, 20, SUBJECT, 10);
  await advance(world, 20_000);
  isForging = false;
  expect(world.listeners[0]?.messages).toHaveLength(25);
});

test("what another subscription delivered of a deleted stream proves nothing about its successor", async () => {
  const world = await makeLiveFeed({ filter: SUBJECT });
  world.stream.discard("stream");
  world.act({ do: "lose", count: 1 });
  publish(world);
  await advance(world, 70_000);
  expect(sequences(world)).toEqual([1, 1]);
  world.act({ do: "lose", count: 1 });
  publish(world);
  await advance(world, 150);
  publish(world, 1, "s.b.1");
  await advance(world, 150);
  // Discards the second message, the last but one.
  world.act({ do: "discard", what: "one-message" });
  publish(world);
  await advance(world, 30_000);
  expect(sequences(world)).toEqual([1, 1, 4]);
  const gaps = world.listeners[0]?.gaps.map(({ kind, missing }) => [kind, missing]);
  expect(gaps).toEqual([
    ["discarded", "unknown"],
    ["discarded", { atMost: 1 }],
  ]);
});
