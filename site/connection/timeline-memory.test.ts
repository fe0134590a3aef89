import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fault, type TimelineEntry } from "../../client/index.ts";
import { isOfKind } from "./timeline-block.tsx";
import { parseEntries, TimelineMemory } from "./timeline-memory.ts";

const LOST: TimelineEntry = {
  type: "link-lost",
  seq: 1,
  atMs: 10,
  retryInMs: null,
  fault: fault("auth-expired", { server: "ws://nats:8443", errText: "words", detail: "more words" }),
};
const ONLINE: TimelineEntry = { type: "network", seq: 2, atMs: 20, online: true };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function emptyMemory() {
  const held: { text: string | null } = { text: null };
  const storage = {
    recall: () => held.text,
    remember: (written: string | null) => {
      held.text = written;
    },
  };
  return { held, storage, memory: new TimelineMemory(storage) };
}

test("a burst is written once, and another visit finds it", () => {
  const { held, storage, memory } = emptyMemory();
  memory.keep(LOST);
  memory.keep(ONLINE);
  expect([held.text, vi.getTimerCount()]).toEqual([null, 1]);
  vi.runAllTimers();
  expect(new TimelineMemory(storage).earlier.map(({ type }) => type)).toEqual(["link-lost", "network"]);
});

test("of a fault only kind, explanation and server are kept", () => {
  const { held, memory } = emptyMemory();
  memory.keep(LOST);
  memory.flush();
  expect(held.text).not.toContain("words");
  expect(parseEntries(held.text)).toEqual([
    { ...LOST, fault: fault("auth-expired", { server: "ws://nats:8443" }) },
  ]);
});

test("what a handler threw isn't kept", () => {
  const { held, memory } = emptyMemory();
  memory.keep({ type: "handler-failed", seq: 1, atMs: 0, subject: "a", message: "bad payload: secret" });
  memory.flush();
  expect(held.text).not.toContain("secret");
  expect(parseEntries(held.text)).toHaveLength(1);
});

test("two tabs write in turn and lose nothing of each other's", () => {
  const { held, storage, memory } = emptyMemory();
  const other = new TimelineMemory(storage);
  memory.keep(LOST);
  other.keep(ONLINE);
  memory.flush();
  other.flush();
  expect(parseEntries(held.text)).toHaveLength(2);
});

test("the oldest give way", () => {
  const { held, memory } = emptyMemory();
  for (let atMs = 0; atMs < 1000; atMs += 1) memory.keep({ ...ONLINE, atMs });
  memory.flush();
  const kept = parseEntries(held.text);
  expect(kept).toHaveLength(300);
  expect(kept.at(-1)?.atMs).toBe(999);
});

test.each([
  "",
  "{}",
  "null",
  '[1,null,{"type":"network"}]',
  '[{"type":"toString","seq":1,"atMs":1}]',
  '[{"type":"link-lost","seq":1,"atMs":1,"retryInMs":null,"fault":{"explanation":"of another version"}}]',
  '[{"seq":1,"atMs":1,"type":"gap","kind":"break","subject":"a","subjects":1,"fromMs":1,"toMs":2,"missing":{},"recovered":0}]',
  '[{"seq":1,"atMs":1,"type":"gap","subject":"a","fromMs":1,"toMs":2,"recovered":{"outcome":"yes"}}]',
])("what isn't an entry is left out: %s", (text) => {
  expect(parseEntries(text)).toEqual([]);
});

test.each(["unknown", { exactly: 2 }, { atMost: 0 }])("what became of a gap is kept: %o", (missing) => {
  const gap = { seq: 1, atMs: 1, type: "gap", kind: "break", subject: "a", subjects: 1, fromMs: 1, toMs: 2 };
  const entry = { ...gap, missing, recovered: 3 };
  expect(parseEntries(JSON.stringify([entry]))).toEqual([entry]);
});

test("whatever carries a fault is among the faults", () => {
  expect(isOfKind(LOST, "faults")).toBe(true);
  expect(isOfKind(LOST, "links")).toBe(true);
  expect(isOfKind(LOST, "attempts")).toBe(false);
  expect(isOfKind(ONLINE, "all")).toBe(true);
});

test("a status that another entry tells better is left out, as versions before kept it", () => {
  const of = (status: string) => ({ seq: 1, atMs: 1, type: "status", status });
  const text = JSON.stringify([of("live"), of("stopping"), of("of another version")]);
  expect(parseEntries(text)).toEqual([of("stopping")]);
});

test("an entry of no time that there is is left out", () => {
  expect(parseEntries(JSON.stringify([{ ...ONLINE, atMs: 1e300 }, ONLINE]))).toEqual([ONLINE]);
});
