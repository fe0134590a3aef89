import { expect, test } from "vitest";
import { fault } from "../../client/faults/fault.ts";
import type { Gap } from "../../client/index.ts";
import type { Feed } from "../../contract/feed.ts";
import { boardOf, feedOf } from "../testing.ts";
import { PanelModel, sourceOf } from "./panel-model.ts";

const NOW_MS = 1_000_000;

test("a feed's stream has the feed's options, and a history that is counted back from now", () => {
  expect(sourceOf({}, NOW_MS)).toBeNull();
  expect(sourceOf({ stream: "S" }, NOW_MS)).toEqual({ name: "S", history: { last: 200 } });
  const republished = "re.>";
  expect(sourceOf({ stream: { name: "S", republished, history: { lastPerSubject: true } } }, NOW_MS)).toEqual(
    {
      name: "S",
      republished,
      history: { lastPerSubject: true },
    },
  );
  expect(sourceOf({ stream: { name: "S", history: { sinceMs: 60_000 } } }, NOW_MS)).toEqual({
    name: "S",
    history: { sinceMs: NOW_MS - 60_000 },
  });
});

test("names only the denied ones of several subjects, and for a stream the subject that it republishes to", () => {
  const { board } = boardOf();
  const { parts } = board;
  const client: typeof parts.client = {
    subscribe: (subject, handler, options) =>
      Object.assign(parts.client.subscribe(subject, handler, options), {
        status: subject === "b" ? "denied" : "active",
        fault: subject === "b" ? fault("permission") : null,
      }),
  };
  const panelOf = (feed: Feed, subjects?: readonly string[]) =>
    new PanelModel(feed, { ...parts, client }, subjects).interest.value;
  expect(panelOf(feedOf("t"), ["a", "b"])).toMatchObject({ status: "active", denied: ["b"] });
  expect(panelOf(feedOf("a"))).toMatchObject({ status: "active", fault: null, denied: [] });
  const stream = { name: "S", republished: "live.b" };
  expect(panelOf(feedOf("b", { stream }))).toMatchObject({ status: "denied", denied: ["live.b"] });
});

test("one break of several subjects is one mark; another break is another", () => {
  const { board, paint } = boardOf();
  const { parts } = board;
  const hearers: ((gap: Gap) => void)[] = [];
  const client: typeof parts.client = {
    subscribe: (subject, handler, options) =>
      Object.assign(parts.client.subscribe(subject, handler, options), {
        onGap: (hearer: (gap: Gap) => void) => {
          hearers.push(hearer);
          return () => {};
        },
      }),
  };
  const panel = new PanelModel(feedOf("t"), { ...parts, client }, ["a", "b", "c"]);
  const lost = { kind: "break", cause: null, missing: "unknown", recovered: 0 } as const;
  /** Reports a gap on each subject in turn, each with its own times. */
  const tell = (fromMs: number, more: Partial<Gap> = {}) => {
    for (const [index, hearer] of hearers.entries()) {
      const toMs = fromMs + 100 + index;
      hearer({ ...lost, subject: "abc".charAt(index), fromMs: fromMs + index, toMs, ...more });
    }
    paint();
    return panel.store.snapshot.value.rows.length;
  };
  expect(tell(1_000)).toBe(1);
  expect(tell(2_000)).toBe(2);
  // A second gap of the same subject is another mark.
  hearers[2]?.({ ...lost, subject: "c", fromMs: 2_050, toMs: 2_200 });
  expect(tell(3_000)).toBe(4);
  // Gaps of known size are marked for each subject.
  expect(tell(4_000, { kind: "handover", missing: { atMost: 2 } })).toBe(7);
});
