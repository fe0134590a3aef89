/** Listeners that wait for a history, which is read or can't be. */
import { expect, onTestFinished, test, vi } from "vitest";
import type { FeedWorld } from "../../test/chaos/feed-world.ts";
import { advance, makeFeed } from "../../test/chaos/make-feed.ts";
import type { Gap } from "../subscriptions/gap.ts";
import { HistoryReader } from "./history.ts";
import { AskError } from "./port.ts";

const WAITING = 10_000;

const publish = (world: FeedWorld, count: number) => world.act({ do: "batch", subject: "s.a.1", count });

test("messages evicted while a history was read are reported between it and the buffered ones, with the time they cover", async () => {
  const world = await makeFeed({ limit: 20_000, limitPerSubject: 20_000 });
  publish(world, 5);
  world.act({ do: "open" });
  await advance(world, 1000);
  world.act({ do: "latency", ms: 1200 });
  world.act({ do: "join", history: { sinceMs: 0 } });
  const gaps: [gap: Gap, after: number | undefined][] = [];
  const [, listener] = world.listeners;
  if (listener === undefined) throw new Error("nobody has joined");
  listener.sequenced.gap = (gap) => gaps.push([gap, listener.messages.at(-1)?.sequence]);
  publish(world, 20);
  await advance(world, 500);
  publish(world, WAITING);
  await advance(world, 30_000);
  const [first, last] = [world.stored[5], world.stored[24]].map((one) => Date.parse(one?.time ?? ""));
  expect(gaps).toEqual([
    [expect.objectContaining({ kind: "unreadable", missing: { exactly: 20 }, fromMs: first, toMs: last }), 5],
  ]);
  expect(listener.messages).toHaveLength(5 + WAITING);
  expect(listener.messages.at(5)?.sequence).toBe(26);
});

test.each<[string, () => number]>([
  [
    "is refused",
    () => {
      throw new AskError("refused");
    },
  ],
  ["is incomplete", () => 5],
])("messages evicted while a history was read are reported, too, if the history %s", async (_, end) => {
  const world = await makeFeed({ limit: 20_000, limitPerSubject: 20_000 });
  publish(world, 5);
  world.act({ do: "open" });
  await advance(world, 1000);
  const run = vi.spyOn(HistoryReader.prototype, "run").mockImplementation(async function (
    this: HistoryReader,
  ) {
    await new Promise<void>((resolve) => world.clock.after(5000, resolve));
    this.isIncomplete = true;
    return end();
  });
  onTestFinished(() => run.mockRestore());
  world.act({ do: "join", history: { sinceMs: 0 } });
  publish(world, WAITING + 20);
  await advance(world, 30_000);
  expect(world.listeners[1]?.gaps.map(({ missing }) => missing)).toEqual(["unknown", { exactly: 20 }]);
  expect(world.listeners[1]?.messages).toHaveLength(WAITING);
});

test("a refused history is reported to its own listener, before buffered messages, and another listener's is read on", async () => {
  const world = await makeFeed({ limit: 5000, limitPerSubject: 5000 });
  publish(world, 2500);
  world.act({ do: "open" });
  await advance(world, 1000);
  const answer = world.stream.answer.bind(world.stream);
  vi.spyOn(world.stream, "answer").mockImplementation((subject, body) => {
    const { multi_last, seq, batch } = JSON.parse(body) as Record<string, unknown>;
    if (multi_last !== undefined) return [{ status: "413 Too Many Results", headers: {}, payload: "" }];
    const answers = answer(subject, body);
    if (seq !== 1 || batch !== 1 || answers === "denied") return answers;
    // More than may be read whole.
    return answers.map((one) => ({ ...one, headers: { ...one.headers, "Nats-Num-Pending": 300_000 } }));
  });
  world.act({ do: "join", history: { lastPerSubject: true } });
  world.act({ do: "join", history: { sinceMs: 0 } });
  const [, refused, other] = world.listeners;
  const gapAfter: (number | undefined)[] = [];
  if (refused !== undefined) refused.sequenced.gap = () => gapAfter.push(refused.messages.length);
  publish(world, 2);
  await advance(world, 5000);
  expect(other?.gaps).toEqual([]);
  expect(other?.messages).toHaveLength(2502);
  expect(gapAfter).toEqual([0]);
  expect(refused?.messages.map(({ sequence }) => sequence)).toEqual([2501, 2502]);
});

test("if the code for histories can't be loaded, all listeners that wait for one go live with the same gap", async () => {
  const world = await makeFeed();
  world.act({ do: "open" });
  await advance(world, 1000);
  const run = vi.spyOn(HistoryReader.prototype, "run").mockRejectedValue(new AskError("not-loaded"));
  onTestFinished(() => run.mockRestore());
  world.act({ do: "join", history: { last: 2 } });
  await advance(world, 100);
  world.act({ do: "join", history: { last: 1 } });
  publish(world, 1);
  await advance(world, 5000);
  const [, one, other] = world.listeners;
  expect(one?.gaps).toMatchObject([{ kind: "unreadable", missing: "unknown" }]);
  expect(other?.gaps).toHaveLength(1);
  expect(other?.gaps[0]).toBe(one?.gaps[0]);
  expect([one?.messages, other?.messages].map((all) => all?.length)).toEqual([1, 1]);
});

test("a history whose answers break off is given up after twenty seconds, though the stream answers other requests", async () => {
  const world = await makeFeed();
  publish(world, 50);
  world.act({ do: "open" });
  await advance(world, 1000);
  // What an account gets that imports Direct Get without `response_type: stream`.
  const answer = world.stream.answer.bind(world.stream);
  vi.spyOn(world.stream, "answer").mockImplementation((subject, body) => {
    const answers = answer(subject, body);
    return answers === "denied" ? answers : answers.slice(0, 1);
  });
  world.act({ do: "join", history: { last: 50 } });
  world.act({ do: "join", history: { sinceMs: 0 } });
  await advance(world, 1000);
  publish(world, 1);
  await advance(world, 25_000);
  for (const listener of world.listeners.slice(1)) {
    expect(listener.gaps).toMatchObject([{ kind: "unreadable", missing: "unknown" }]);
    expect(listener.messages.at(-1)?.sequence).toBe(51);
  }
});
