import { encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Gap, GapKind, Message } from "../../client/index.ts";
import type { Feed } from "../../contract/feed.ts";
import { messageOf as message, viewOf } from "../testing.ts";
import { DecodeBudget } from "./budget.ts";
import type { Snapshot } from "./panel-store.ts";

const TITLE = { en: "Tasks", "pt-BR": "Tarefas" };
const FEED: Feed = {
  id: "tasks",
  title: TITLE,
  subject: "t",
  view: "table",
  columns: [{ field: "id", title: TITLE }],
  fields: [{ name: "id", type: "string", required: true }],
};
const KEYED: Feed = { ...FEED, view: "latest-by-key", key: "id" };

function storeOf(feed: Feed, budget = new DecodeBudget()) {
  const { store, clock, paint } = viewOf(feed, { budget });
  /** The next published snapshot. */
  const now = () => {
    paint();
    return store.snapshot.value;
  };
  return { store, clock, now };
}

function gapOf(kind: GapKind): Gap {
  return { kind, subject: "t", fromMs: 1, toMs: 2, cause: null, missing: "unknown", recovered: 0 };
}

function expectToAddUp({ counts }: Snapshot) {
  const { received, shown, malformed, folded, dropped } = counts;
  expect(shown + malformed + folded + dropped).toBe(received);
}

test("counts each message once, and publishes messages that arrive together at once", () => {
  const { store, now } = storeOf(FEED);
  for (const payload of ['{"id":"a"}', "{broken", "", '{"id":5}']) store.receive(message(payload));
  expect(store.snapshot.value.counts.received).toBe(0);
  expect(now().counts).toEqual({
    received: 4,
    shown: 1,
    malformed: 3,
    folded: 0,
    dropped: 0,
    olderKeys: 0,
  });
});

test("the counts add up whatever arrives, with and without keys", () => {
  const payload = fc.oneof(
    fc.string(),
    fc.uint8Array({ maxLength: 20 }),
    fc.integer({ max: 700 }).map((id) => JSON.stringify({ id: `k${id}` })),
  );
  fc.assert(
    fc.property(fc.constantFrom(FEED, KEYED), fc.array(payload, { maxLength: 300 }), (feed, payloads) => {
      const { store, now } = storeOf(feed);
      for (const one of payloads) store.receive(message(one));
      expectToAddUp(now());
    }),
    { numRuns: 30 },
  );
});

test("dropped events are counted, and the rows stay bounded", () => {
  const { store, now } = storeOf(FEED);
  for (let id = 0; id < 2500; id += 1) store.receive(message(`{"id":"${id}"}`));
  expect(now().counts).toMatchObject({ received: 2500, shown: 1000, dropped: 1500 });
  expect(now().rows).toHaveLength(1000);
});

test("only valid events count as dropped: a dropped malformed message still counts as malformed", () => {
  const { store, now } = storeOf(FEED);
  for (let id = 0; id < 500; id += 1) store.receive(message("{"));
  for (let id = 0; id < 1000; id += 1) store.receive(message(`{"id":"${id}"}`));
  expect(now().counts).toMatchObject({ received: 1500, shown: 1000, malformed: 500, dropped: 0 });
  store.receive(message('{"id":"one more"}'));
  expect(now().counts).toMatchObject({ received: 1501, shown: 1000, malformed: 500, dropped: 1 });
});

test("history has its times of publication, is read whatever the budget, and doesn't count as rate", () => {
  // A budget without any time for live messages.
  const { store, clock, now } = storeOf(FEED, new DecodeBudget(0, 0));
  const ids = ["a", "b", "c"];
  for (const [index, id] of ids.entries()) {
    store.receive(
      message(JSON.stringify({ id }), { isHistory: true, sequence: index + 1, publishedAtMs: index * 1000 }),
    );
  }
  store.receive(message('{"id":"live"}'));
  expect(now().counts).toMatchObject({ received: 4, shown: 3, folded: 1 });
  expect(now().rows).toMatchObject([{ atMs: 2000 }, { atMs: 1000 }, { atMs: 0 }]);
  expect(store.rate.perSecond(clock.atMs + 1000)).toBe(1);
});

test("history that takes long to read doesn't spend the budget of live messages", () => {
  let atMs = 0;
  let looks = 0;
  // Each message takes 10 ms to read; everything else takes no time.
  const steadyMs = () => {
    looks += 1;
    atMs += looks % 2 === 0 ? 10 : 0;
    return atMs;
  };
  const { store, paint } = viewOf(FEED, { clock: { wallMs: () => atMs, steadyMs } });
  for (let id = 0; id < 100; id += 1) store.receive(message(`{"id":"${id}"}`, { isHistory: true }));
  store.receive(message('{"id":"live"}'));
  paint();
  expect(store.snapshot.value.counts).toMatchObject({ shown: 101, folded: 0 });
});

test("a gap is placed between the messages before and after it, and isn't counted", () => {
  const { store, now } = storeOf(FEED);
  store.receive(message('{"id":"a"}'));
  store.markGap(gapOf("break"));
  store.receive(message('{"id":"b"}'));
  expect(now().rows.map((row) => row.kind)).toEqual(["event", "gap", "event"]);
  expect(now().counts.received).toBe(2);
});

test("unreadable headers make a message malformed and throw nothing", () => {
  const { store, now } = storeOf(FEED);
  store.receive({
    ...message('{"id":"a"}'),
    get headers(): never {
      throw new Error("bad block");
    },
  });
  expect(now().rows).toMatchObject([{ kind: "malformed", problem: { reason: "bad-headers" } }]);
});

test("MessagePack in an `auto` feed is read once its reader is loaded, with all waiting messages in order", async () => {
  const { store, now } = storeOf({ ...FEED, columns: [], fields: [] });
  const packed = (id: string) => message(encode({ id }));
  store.receive(message('{"id":"json"}'));
  for (const id of ["a", "b"]) store.receive(packed(id));
  store.receive(message('{"id":"last"}'));
  expect(now().counts.shown).toBe(1);
  expect(await store.read(packed("asked for"))).toMatchObject({
    payload: "msgpack",
    value: { id: "asked for" },
  });
  expect(now().rows.map((row) => row.kind === "event" && [row.payload, row.value])).toEqual([
    ["json", { id: "last" }],
    ["msgpack", { id: "b" }],
    ["msgpack", { id: "a" }],
    ["json", { id: "json" }],
  ]);
});

test("all of a history waits for its reader, however long it is", async () => {
  const feed: Feed = { ...KEYED, columns: [], fields: [], key: "id" };
  const { store, now } = storeOf({ ...feed, payload: "msgpack" });
  for (let id = 0; id < 3000; id += 1) store.receive(message(encode({ id }), { isHistory: true }));
  for (let id = 0; id < 1500; id += 1) store.receive(message(encode({ id })));
  await store.read(message(encode({ id: 1 })));
  const { counts, rows } = now();
  expect([counts.received, counts.shown, counts.folded, rows.length]).toEqual([4500, 3000, 1500, 3000]);
});

test.each(["constructor", "toString", "__proto__", "valueOf"])(
  "a header named %s is an ordinary header",
  (name) => {
    const headers = { keys: () => [name], values: () => ["x"] } as unknown as NonNullable<Message["headers"]>;
    const { store, now } = storeOf({ ...FEED, kv: "b", subject: "$KV.b.>" });
    store.receive(message('{"id":"a"}', { subject: "$KV.b.k", headers }));
    expect(now().counts).toMatchObject({ received: 1, shown: 1 });
  },
);

test("knows the time of the last message and the number of messages in a second", () => {
  const { store, clock } = storeOf(FEED);
  expect(store.pace.lastAtMs).toBeNull();
  store.receive(message(""));
  expect(store.pace.lastAtMs).toBe(clock.atMs);
  expect(store.rate.perSecond(clock.atMs + 1000)).toBe(1);
});

test.each([
  [{}, 5000],
  [{ keys: 3 }, 3],
])("with more keys than %j keeps, the newest are kept, and the others are counted as older", (more, most) => {
  const { store, now } = storeOf({ ...KEYED, ...more });
  for (let id = 0; id < most + 2; id += 1) store.receive(message(JSON.stringify({ id: `k${id}` })));
  const { shown, olderKeys } = now().counts;
  expect([shown, olderKeys]).toEqual([most, 2]);
});

test("a bucket that was made anew has none of its former keys", () => {
  const keysOf = (feed: Feed) => {
    const { store, now } = storeOf(feed);
    for (const id of ["a", "b"]) store.receive(message(`{"id":"${id}"}`));
    store.markGap(gapOf("discarded"));
    store.receive(message('{"id":"c"}'));
    expectToAddUp(now());
    return store.snapshot.value.rows.flatMap((row) => (row.kind === "keyed" ? row.key : []));
  };
  expect(keysOf({ ...KEYED, kv: "bucket" })).toEqual(["c"]);
  expect(keysOf(KEYED)).toEqual(["c", "b", "a"]);
});

test("a found column of numbers is no longer aligned as numbers once texts arrive", async () => {
  const { store, now } = storeOf({ ...FEED, columns: [], fields: [] });
  store.receive(message('{"a":1}'));
  await expect.poll(() => now().found.map(({ align }) => align)).toEqual(["end"]);
  store.receive(message('{"a":"one"}'));
  expect(now().found.map(({ align }) => align)).toEqual([undefined]);
});

test("found columns stay the same array for a feed with columns of its own", () => {
  const { store, now } = storeOf(FEED);
  const { found } = now();
  store.receive(message('{"id":"a"}'));
  expect(now().found).toBe(found);
});
