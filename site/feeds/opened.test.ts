import { expect, test } from "vitest";
import type { Feed } from "../../contract/feed.ts";
import type { FeedEvent, GapMark } from "./entry.ts";
import { OpenedRow } from "./opened.ts";

const UNKNOWN = { gapKind: "break", missing: "unknown", recovered: 0 } as const;

const TITLE = { en: "Tasks", "pt-BR": "Tarefas" };
const FEED: Feed = { id: "t", title: TITLE, subject: "t", view: "table", columns: [], fields: [] };
const EVENT: FeedEvent = { kind: "event", seq: 1, atMs: 0, subject: "t", size: 2, headers: [], value: {} };
const GAP: GapMark = { kind: "gap", seq: 1, atMs: 0, fromMs: 0, toMs: 0, cause: null, ...UNKNOWN };

test("opens and closes a row; its view is loaded for it", async () => {
  const View = () => null;
  const row = new OpenedRow(async () => View);
  await row.open(FEED, EVENT);
  expect(row.shown.value).toEqual({ opened: { feed: FEED, row: EVENT }, View });
  row.close();
  expect(row.shown.value).toBeNull();
});

test("a gap has nothing to open", async () => {
  const row = new OpenedRow(async () => () => null);
  await row.open(FEED, GAP);
  expect(row.shown.value).toBeNull();
});
