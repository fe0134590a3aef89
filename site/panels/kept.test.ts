import { expect, test } from "vitest";
import { pathOf } from "../content/path.ts";
import { keptEvent, keptMalformed } from "../testing.ts";
import type { FeedEvent, GapMark, MalformedMessage } from "./entry.ts";
import { countEvents, Kept, type Row } from "./kept.ts";

const event = (seq: number, id = "a"): FeedEvent =>
  keptEvent(JSON.stringify({ id, seq, room: "" }).padEnd(10), { seq, atMs: seq, raw: "x".repeat(10) });
const eventsIn = (kept: Kept) => countEvents(kept.rows());
const seqOf = (row: Row) => (row.kind === "keyed" ? row.latest.seq : row.seq);
const malformed = (seq: number): MalformedMessage => keptMalformed("", { seq, atMs: seq });
const gap = (seq: number): GapMark => ({
  kind: "gap",
  seq,
  atMs: seq,
  fromMs: 0,
  toMs: seq,
  cause: null,
  gapKind: "break",
  missing: "unknown",
  recovered: 0,
});

test("recent entries: newest first, with gaps and malformed messages in order of arrival", () => {
  const recent = new Kept(null);
  for (const entry of [event(1), gap(2), malformed(3), event(4)]) recent.add(entry);
  expect(recent.rows().map(seqOf)).toEqual([4, 3, 2, 1]);
  expect(eventsIn(recent)).toBe(2);
});

test("with and without keys: a gap reported after its recovered messages is placed before them", () => {
  const events = [event(1, "a"), malformed(2), event(4, "b"), malformed(5), event(6, "c")];
  for (const kept of [new Kept(null), new Kept(pathOf("id"))]) {
    for (const entry of events) kept.add(entry);
    kept.add({ ...gap(7), fromMs: 2, toMs: 4, recovered: 3 });
    kept.add(event(8, "d"));
    expect(kept.rows().map(seqOf)).toEqual([8, 6, 5, 4, 7, 2, 1]);
  }
});

test("recent entries: a gap before all kept entries is the oldest", () => {
  const recent = new Kept(null, { entries: 3 });
  for (let seq = 1; seq <= 4; seq += 1) recent.add(event(seq));
  recent.add({ ...gap(5), toMs: 1, recovered: 4 });
  expect(recent.rows().map(seqOf)).toEqual([4, 3, 5]);
});

test("recent entries: their total bytes are bounded too", () => {
  const recent = new Kept(null, { entries: 100, bytes: 35 });
  for (let seq = 1; seq <= 10; seq += 1) recent.add(event(seq));
  expect(recent.rows().map(seqOf)).toEqual([10, 9, 8]);
});

test("latest by key: one row per key, the latest changed first, with its history", () => {
  const latest = new Kept(pathOf("id"));
  for (const entry of [event(1, "a"), event(2, "b"), event(3, "a")]) latest.add(entry);
  const rows = latest.rows();
  expect(rows).toMatchObject([
    { kind: "keyed", key: "a", latest: { seq: 3 }, events: [{ seq: 3 }, { seq: 1 }] },
    { kind: "keyed", key: "b", latest: { seq: 2 }, events: [{ seq: 2 }] },
  ]);
});

test("latest by key: gaps and malformed messages are placed between keys in order of arrival", () => {
  const latest = new Kept(pathOf("id"));
  for (const entry of [malformed(1), event(2, "a"), gap(3), event(4, "b"), malformed(5)]) latest.add(entry);
  expect(latest.rows().map(seqOf)).toEqual([5, 4, 3, 2, 1]);
});

test("latest by key: the longest unchanged key is dropped with all its events", () => {
  const latest = new Kept(pathOf("id"), { keys: 2, perKey: 50 });
  for (const entry of [event(1, "a"), event(2, "a"), event(3, "b")]) latest.add(entry);
  latest.add(event(4, "c"));
  expect(latest.rows().map((row) => row.kind === "keyed" && row.key)).toEqual(["c", "b"]);
  expect(eventsIn(latest)).toBe(2);
});

test("latest by key: a key's history is bounded", () => {
  const latest = new Kept(pathOf("id"), { keys: 10, perKey: 2 });
  for (const entry of [event(1), event(2), event(3)]) latest.add(entry);
  expect(eventsIn(latest)).toBe(2);
});

test("latest by key: the bytes are shared among the present keys", () => {
  // Ten bytes each: two keys share a hundred bytes.
  const latest = new Kept(pathOf("id"), { bytes: 100 });
  for (let seq = 1; seq <= 12; seq += 1) latest.add(event(seq, "ba"[seq % 2]));
  const countOf = (key: string) =>
    latest
      .rows()
      .reduce((sum, row) => (row.kind === "keyed" && row.key === key ? row.events.length : sum), 0);
  expect([countOf("a"), countOf("b"), eventsIn(latest)]).toEqual([5, 5, 10]);
  // A key beyond its share loses its own past events; an unchanged key keeps all of its events.
  for (let seq = 13; seq <= 40; seq += 1) latest.add(event(seq, "a"));
  expect([countOf("a"), countOf("b")]).toEqual([5, 5]);
});

test("latest by key: newer keys displace the past events of the longest unchanged key, never its latest event", () => {
  const latest = new Kept(pathOf("id"), { bytes: 100 });
  for (let seq = 1; seq <= 10; seq += 1) latest.add(event(seq, "old"));
  for (let seq = 11; seq <= 30; seq += 1) latest.add(event(seq, `new ${seq}`));
  expect(latest.rows()).toHaveLength(21);
  expect([eventsIn(latest), latest.olderKeys]).toEqual([21, 0]);
  expect(latest.rows().at(-1)).toMatchObject({ key: "old", events: [{ seq: 10 }] });
});

test("latest by key: where the latest events alone exceed the bytes, the oldest keys are dropped", () => {
  const latest = new Kept(pathOf("id"));
  const large = (seq: number) => ({ ...event(seq, `k${seq}`), raw: "x".repeat(1_000_000) });
  for (let seq = 1; seq <= 70; seq += 1) latest.add(large(seq));
  expect([eventsIn(latest), latest.olderKeys]).toEqual([64, 6]);
});

test("a keyed row never changes, even when newer events displace all of its events", () => {
  const latest = new Kept(pathOf("id"), { keys: 10, perKey: 2 });
  for (const seq of [1, 2]) latest.add(event(seq));
  const [row] = latest.rows();
  for (const seq of [3, 4]) latest.add(event(seq));
  expect(row).toMatchObject({ latest: { seq: 2 }, events: [{ seq: 2 }, { seq: 1 }] });
});

test("latest by key: an unchanged key keeps the same row object", () => {
  const kept = new Kept(pathOf("id"), { bytes: 30 });
  for (const entry of [event(1, "a"), event(2, "a"), event(3, "b")]) kept.add(entry);
  const counts = (rows: readonly Row[]) =>
    rows.map((row) => row.kind === "keyed" && [row.key, row.events.length]);
  const before = kept.rows();
  kept.add(event(4, "c"));
  const after = kept.rows();
  expect(counts(before).join(" ")).toBe("b,1 a,2");
  expect(counts(after).join(" ")).toBe("c,1 b,1 a,1");
  expect(after[1]).toBe(before[0]);
});
