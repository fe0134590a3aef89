import { expect, test } from "vitest";
import {
  formatLink,
  keyLink,
  messageIn,
  messageLink,
  type PageLink,
  type PanelLink,
  parseLink,
} from "./link.ts";

const PLAIN_LOOK = { kind: "page", rotateSeconds: null } as const;
const IDS = ["sparc", "llm"];
const PLAIN: PanelLink = { filter: "", paused: false, fields: null, size: null, hidden: false };
const link = (
  sparc: Partial<PanelLink>,
  llm: Partial<PanelLink>,
  page: Partial<Omit<PageLink, "panels">> = {},
): PageLink => ({
  panels: new Map([
    ["sparc", { ...PLAIN, ...sparc }],
    ["llm", { ...PLAIN, ...llm }],
  ]),
  order: [],
  look: PLAIN_LOOK,
  own: [],
  trace: null,
  beside: null,
  live: null,
  ...page,
});

test.each([
  link({ filter: "a & b = 100 % ç" }, { paused: true }),
  link({ fields: ["a,b", "ç&="] }, { hidden: true }, { trace: "4f2a", order: ["sparc"] }),
  link({ size: "wide" }, { size: "full" }, { look: { kind: "kiosk", rotateSeconds: 30 } }),
  link({ filter: "one", paused: true }, { filter: "one", paused: true }, { beside: "charts", live: true }),
  link({}, {}, { live: false, own: ['{"subject":"orders.>"}', '{"subject":"x","view":"chart"}'] }),
])("a link says again what it was made from: %#", (made) => {
  expect(parseLink(formatLink(made), IDS)).toEqual(made);
});

test("of what a link said of others, only what it says of panels that couldn't be opened stays", () => {
  const hash = "#filter.gone=x&size.gone=wide&filter.away=y&paused=gone,away&feeds=gone,away";
  const left = { hash, isAway: (id: string) => id === "away" };
  expect(formatLink(link({}, {}), left)).toBe("#filter.away=y&paused=away&feeds=away");
});

test("nothing to say is no link", () => {
  expect(formatLink(link({}, {}))).toBe("");
  expect(parseLink("", IDS)).toEqual(link({}, {}));
});

test("panels and words that the page doesn't know are left alone", () => {
  expect(parseLink("#filter.gone=x&paused=gone,llm&main&feeds=gone&live=maybe", IDS)).toEqual(
    link({}, { paused: true }),
  );
});

test("a link shows one panel only, within another page or on a wall display, in the order that it names", () => {
  const { panels, order, look } = parseLink("#only=llm&embed=on&rotate=9&size.llm=huge", IDS);
  expect([...panels].map(([id, { hidden, size }]) => [id, hidden, size])).toEqual([
    ["sparc", true, null],
    ["llm", false, null],
  ]);
  expect([order, look]).toEqual([["llm"], { kind: "embed", rotateSeconds: null }]);
  expect(parseLink("#feeds=llm,sparc&kiosk=on&rotate=1", IDS)).toMatchObject({
    order: ["llm", "sparc"],
    look: { kind: "kiosk", rotateSeconds: null },
  });
});

test.each([
  ["4.4", null],
  ["30.4", 30],
  ["86400", 86_400],
  ["86401", null],
  ["1e9", null],
  ["Infinity", null],
])("a wall display goes on each %s seconds, if a timer can", (rotate, rotateSeconds) => {
  expect(parseLink(`#kiosk=on&rotate=${rotate}`, IDS).look).toEqual({ kind: "kiosk", rotateSeconds });
});

test("a long filter is cut", () => {
  expect(parseLink(`#filter.llm=${"x".repeat(10_000)}`, IDS).panels.get("llm")?.filter).toHaveLength(200);
});

test("a key has a link that a page reads whole, or none", () => {
  const beside = keyLink("llm", "x".repeat(196));
  expect(parseLink(formatLink(link({}, {}, { beside })), IDS).beside).toBe(beside);
  expect(beside).toHaveLength(200);
  expect(keyLink("llm", "x".repeat(197))).toBeNull();
});

test.each([
  ["orders@17", { panelId: "orders", sequence: 17 }],
  ["my-orders@9007199254740991", { panelId: "my-orders", sequence: Number.MAX_SAFE_INTEGER }],
  ["orders/17", null],
  ["orders/a@17", null],
  ["orders@0", null],
  ["charts", null],
])("%s names a message of a stream, or something else", (named, message) => {
  expect(messageIn(named)).toEqual(message);
  if (message !== null) expect(messageLink(message.panelId, message.sequence)).toBe(named);
});
