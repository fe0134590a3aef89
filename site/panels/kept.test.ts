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

test("recent entries: newest first, gaps and malformed ones in their places", () => {
  const recent = new Kept(null);
  for (const entry of [event(1), gap(2), malformed(3), event(4)]) recent.add(entry);
  expect(recent.rows().map(seqOf)).toEqual([4, 3, 2, 1]);
  expect(eventsIn(recent)).toBe(2);
});

test("in either shape: a gap that is told after what it recovered stands before it, and after what came before", () => {
  const events = [event(1, "a"), malformed(2), event(4, "b"), malformed(5), event(6, "c")];
  for (const kept of [new Kept(null), new Kept(pathOf("id"))]) {
    for (const entry of events) kept.add(entry);
    kept.add({ ...gap(7), fromMs: 2, toMs: 4, recovered: 3 });
    kept.add(event(8, "d"));
    expect(kept.rows().map(seqOf)).toEqual([8, 6, 5, 4, 7, 2, 1]);
  }
});

test("recent entries: a gap before all that is kept is the oldest of it", () => {
  const recent = new Kept(null, { entries: 3 });
  for (let seq = 1; seq <= 4; seq += 1) recent.add(event(seq));
  recent.add({ ...gap(5), toMs: 1, recovered: 4 });
  expect(recent.rows().map(seqOf)).toEqual([4, 3, 5]);
});

test("recent entries: bounded by their bytes too", () => {
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

test("latest by key: gaps and malformed messages stand between the keys in the order of arrival", () => {
  const latest = new Kept(pathOf("id"));
  for (const entry of [malformed(1), event(2, "a"), gap(3), event(4, "b"), malformed(5)]) latest.add(entry);
  expect(latest.rows().map(seqOf)).toEqual([5, 4, 3, 2, 1]);
});

test("latest by key: the longest unchanged key gives way with all its events", () => {
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

test("latest by key: the bytes are shared among the keys that there are", () => {
  // Ten bytes each: two keys have the past that a hundred bytes leave.
  const latest = new Kept(pathOf("id"), { bytes: 100 });
  for (let seq = 1; seq <= 12; seq += 1) latest.add(event(seq, "ba"[seq % 2]));
  const countOf = (key: string) =>
    latest
      .rows()
      .reduce((sum, row) => (row.kind === "keyed" && row.key === key ? row.events.length : sum), 0);
  expect([countOf("a"), countOf("b"), eventsIn(latest)]).toEqual([5, 5, 10]);
  // What grows beyond its share gives way itself; what stands still keeps what it has.
  for (let seq = 13; seq <= 40; seq += 1) latest.add(event(seq, "a"));
  expect([countOf("a"), countOf("b")]).toEqual([5, 5]);
});

test("latest by key: newer keys take the past of the longest unchanged, and never its latest event", () => {
  const latest = new Kept(pathOf("id"), { bytes: 100 });
  for (let seq = 1; seq <= 10; seq += 1) latest.add(event(seq, "old"));
  for (let seq = 11; seq <= 30; seq += 1) latest.add(event(seq, `new ${seq}`));
  expect(latest.rows()).toHaveLength(21);
  expect([eventsIn(latest), latest.olderKeys]).toEqual([21, 0]);
  expect(latest.rows().at(-1)).toMatchObject({ key: "old", events: [{ seq: 10 }] });
});

test("latest by key: where the latest events alone are too much to keep, the oldest keys give way", () => {
  const latest = new Kept(pathOf("id"));
  const large = (seq: number) => ({ ...event(seq, `k${seq}`), raw: "x".repeat(1_000_000) });
  for (let seq = 1; seq <= 70; seq += 1) latest.add(large(seq));
  expect([eventsIn(latest), latest.olderKeys]).toEqual([64, 6]);
});

test("a row of a key stands still, also where newer events take the place of all that is in it", () => {
  const latest = new Kept(pathOf("id"), { keys: 10, perKey: 2 });
  for (const seq of [1, 2]) latest.add(event(seq));
  const [row] = latest.rows();
  for (const seq of [3, 4]) latest.add(event(seq));
  expect(row).toMatchObject({ latest: { seq: 2 }, events: [{ seq: 2 }, { seq: 1 }] });
});

test("latest by key: a row is made once for what its key has", () => {
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
