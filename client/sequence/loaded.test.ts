/** Code of feeds by sequence that can't be loaded, because a deployment removed it. */
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { type FeedSchedule, QUIET_LIFE } from "../../test/chaos/feed-schedule.ts";
import { FeedWorld } from "../../test/chaos/feed-world.ts";

const PARTS = ["missing", "info", "history", "one-by-one"] as const;
type Part = (typeof PARTS)[number];

const fileOf = (part: Part) => `./${part}.ts`;

/** @param when settles when the request for the code fails; at once unless given */
function takeAway(part: Part, when: Promise<void> = Promise.resolve()): void {
  vi.doMock(fileOf(part), async () => {
    await when;
    throw new Error("404");
  });
}

/** A promise that a test resolves. */
function later(): { readonly promise: Promise<void>; happens(): void } {
  let happens = () => {};
  const promise = new Promise<void>((settle) => {
    happens = settle;
  });
  return { promise, happens };
}

afterEach(() => {
  for (const part of PARTS) vi.doUnmock(fileOf(part));
});

function worldOf(changes: Partial<FeedSchedule> = {}): FeedWorld {
  const world = new FeedWorld({ ...QUIET_LIFE, ...changes });
  onTestFinished(() => world.feed.end());
  return world;
}

const publish = (world: FeedWorld, subject: string, count = 1) =>
  world.act({ do: "publish", subject, count, everyMs: 1 });

/** Lets virtual time pass until the check succeeds: loading code takes real time. */
async function untilSo(world: FeedWorld, check: () => void): Promise<void> {
  await vi.waitFor(async () => {
    await world.run(world.clock.now() + 500);
    check();
  }, 30_000);
}

const payloads = (world: FeedWorld, listener = 0) =>
  world.listeners[listener]?.messages.map(({ data }) => new TextDecoder().decode(data));

test("without the code that counts, a break reports an upper bound, and the feed goes on", async () => {
  const world = worldOf();
  publish(world, "s.a.1");
  world.act({ do: "open" });
  await untilSo(world, () => expect(world.feed.state.state).toBe("current"));
  takeAway("missing");
  world.act({ do: "cut", isStop: false });
  publish(world, "s.b.1", 2);
  await world.run(world.clock.now() + 1000);
  publish(world, "s.a.1");
  await world.run(world.clock.now() + 1000);
  world.act({ do: "open" });
  await untilSo(world, () => expect(payloads(world)).toEqual(["m3"]));
  await untilSo(world, () =>
    expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "discarded", missing: { atMost: 2 } }]),
  );
  await untilSo(world, () => expect(world.feed.state).toEqual({ state: "current", lastSequence: 4 }));
  publish(world, "s.a.2");
  await untilSo(world, () => expect(payloads(world)).toEqual(["m3", "m4"]));
});

test("without the code for histories, a listener gets live messages, and a gap in place of its history", async () => {
  const world = worldOf();
  publish(world, "s.a.1", 3);
  world.act({ do: "open" });
  await untilSo(world, () => expect(world.feed.state.state).toBe("current"));
  takeAway("history");
  world.act({ do: "join", history: { last: 2 } });
  publish(world, "s.a.1");
  await untilSo(world, () => expect(payloads(world, 1)).toEqual(["m3"]));
  expect(world.listeners[1]?.gaps).toMatchObject([{ kind: "unreadable", missing: "unknown" }]);
  expect(world.listeners[0]?.gaps).toEqual([]);
});

test("without the code for STREAM.INFO, an empty stream is unreadable, until the code can be loaded", async () => {
  const world = worldOf();
  takeAway("info");
  world.act({ do: "open" });
  await untilSo(world, () =>
    expect(world.feed.state).toMatchObject({ state: "unreadable", reason: "not-loaded" }),
  );
  vi.doUnmock(fileOf("info"));
  await untilSo(world, () => expect(world.feed.state.state).toBe("current"));
  publish(world, "s.a.1");
  await untilSo(world, () => expect(payloads(world)).toEqual(["m0"]));
});

test("without the code for the diagnosis, a feed waits for a stream that doesn't answer", async () => {
  const world = worldOf();
  takeAway("info");
  publish(world, "s.a.1");
  world.act({ do: "mood", mood: "off" });
  world.act({ do: "open" });
  await untilSo(world, () =>
    expect(world.feed.state).toMatchObject({ state: "waiting", reason: "no-responders" }),
  );
  world.act({ do: "mood", mood: "on" });
  await untilSo(world, () => expect(world.feed.state.state).toBe("current"));
});

test("without the code to read one by one, a feed of an old server goes on with republished messages", async () => {
  const world = worldOf({ isOld: true });
  takeAway("one-by-one");
  publish(world, "s.a.1");
  world.act({ do: "open" });
  await untilSo(world, () => expect(world.feed.state.state).toBe("current"));
  world.act({ do: "cut", isStop: false });
  publish(world, "s.a.1", 2);
  await world.run(world.clock.now() + 1000);
  world.act({ do: "open" });
  await untilSo(world, () =>
    expect(world.feed.state).toMatchObject({ state: "unreadable", reason: "not-loaded" }),
  );
  publish(world, "s.a.1");
  await untilSo(world, () => expect(payloads(world)).toEqual(["m3"]));
  expect(world.listeners[0]?.gaps).toMatchObject([{ kind: "unreadable", missing: { atMost: 2 } }]);
});

test("code that fails to load after its link has ended changes nothing for the next link", async () => {
  const world = worldOf();
  const failure = later();
  takeAway("info", failure.promise);
  world.act({ do: "open" });
  await world.run(world.clock.now() + 500);
  world.act({ do: "cut", isStop: false });
  publish(world, "s.a.1");
  await world.run(world.clock.now() + 500);
  world.act({ do: "open" });
  await untilSo(world, () => expect(world.feed.state.state).toBe("current"));
  const states = [...world.states];
  failure.happens();
  await vi.dynamicImportSettled();
  publish(world, "s.a.1", 2);
  await untilSo(world, () => expect(payloads(world)).toEqual(["m1", "m2"]));
  expect(world.states).toEqual(states);
  expect(world.listeners[0]?.gaps).toEqual([]);
});

test("a history whose code fails to load after its link has ended is read over the next link", async () => {
  const world = worldOf();
  publish(world, "s.a.1", 3);
  world.act({ do: "open" });
  await untilSo(world, () => expect(world.feed.state.state).toBe("current"));
  const failure = later();
  takeAway("history", failure.promise);
  world.act({ do: "join", history: { last: 2 } });
  await world.run(world.clock.now() + 500);
  world.act({ do: "cut", isStop: false });
  failure.happens();
  await vi.dynamicImportSettled();
  vi.doUnmock(fileOf("history"));
  world.act({ do: "open" });
  await untilSo(world, () => expect(payloads(world, 1)).toEqual(["m1", "m2"]));
  expect(world.listeners[1]?.gaps.map(({ kind }) => kind)).toEqual(["break"]);
});
