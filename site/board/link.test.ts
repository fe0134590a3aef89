import { afterEach, expect, test, vi } from "vitest";
import {
  DEFAULTS,
  entryIn,
  formatLink,
  keyLink,
  messageLink,
  type PageLink,
  type PanelLink,
  parseLink,
} from "./link.ts";

const NOTHING_LEFT_OUT = { excess: [], tooLong: 0 };
const PLAIN_LOOK = { kind: "page", rotateSeconds: null } as const;
/** A link with settings of two panels; a panel without settings is left out. */
const link = (
  sparc: Partial<PanelLink>,
  llm: Partial<PanelLink>,
  page: Partial<Omit<PageLink, "panels">> = {},
): PageLink => ({
  panels: new Map(
    Object.entries({ sparc, llm })
      .filter(([, says]) => Object.keys(says).length > 0)
      .map(([id, says]) => [id, { ...DEFAULTS, ...says }]),
  ),
  shown: [],
  look: PLAIN_LOOK,
  own: [],
  trace: null,
  open: null,
  live: null,
  ...page,
});

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  link({ filter: "a & b = 100 % ç" }, { paused: true }),
  link({ fields: ["a,b", "ç&="] }, {}, { trace: "4f2a", shown: ["sparc"] }),
  link({ fields: [] }, { fields: [], paused: true }),
  link({ size: "wide" }, { size: "full" }, { look: { kind: "kiosk", rotateSeconds: 30 } }),
  link({ filter: "one", paused: true }, { filter: "one", paused: true }, { open: "charts", live: true }),
  link({}, {}, { live: false, own: ['{"subject":"orders.>"}', '{"subject":"x","view":"chart"}'] }),
])("parsing a formatted link returns the same state: %#", (made) => {
  expect(parseLink(formatLink(made))).toEqual({ ...made, ...NOTHING_LEFT_OUT });
});

test("the default state formats as an empty link", () => {
  expect(formatLink(link({}, {}))).toBe("");
  expect(parseLink("")).toEqual({ ...link({}, {}), ...NOTHING_LEFT_OUT });
  expect(formatLink({ ...link({}, {}), panels: new Map([["llm", DEFAULTS]]) })).toBe("");
});

test("unknown parameters are ignored", () => {
  expect(parseLink("#paused=llm&main&filter.=x&size.llm=huge&live=maybe&%%%=%")).toEqual({
    ...link({}, { paused: true }),
    ...NOTHING_LEFT_OUT,
  });
});

test("a hostile link is scanned once, and is read for 100 panels at most", () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => index);
  const many = ids.map((id) => `size.${id}=wide&filter.${id}=x`).join("&");
  // Each call of these scans the whole link.
  const looks = (["get", "getAll", "has"] as const).map((name) => vi.spyOn(URLSearchParams.prototype, name));
  const { panels, shown } = parseLink(`#${many}&feeds=${ids}&paused=${ids}`);
  expect(looks.map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0]);
  expect([panels.size, shown.length]).toEqual([100, 100]);
});

test("a link can show one panel, embed the page, or name panels in order for a wall display", () => {
  const { shown, look } = parseLink("#only=llm&embed=on&rotate=9");
  expect([shown, look]).toEqual([["llm"], { kind: "embed", rotateSeconds: null }]);
  expect(parseLink("#feeds=llm, sparc&kiosk=on&rotate=1")).toMatchObject({
    shown: ["llm", "sparc"],
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
])("rotation every %s seconds is accepted only within the limits", (rotate, rotateSeconds) => {
  expect(parseLink(`#kiosk=on&rotate=${rotate}`).look).toEqual({ kind: "kiosk", rotateSeconds });
});

test("a long filter is cut, but never within a character", () => {
  const read = (filter: string) => parseLink(`#filter.llm=${encodeURIComponent(filter)}`).panels.get("llm");
  expect(read("x".repeat(10_000))?.filter).toHaveLength(200);
  expect(read(`${"x".repeat(199)}😀`)?.filter).toBe("x".repeat(199));
});

test("a key has a link that parses to the whole key, or no link", () => {
  const open = keyLink("llm", "x".repeat(196));
  expect(parseLink(formatLink(link({}, {}, { open }))).open).toBe(open);
  expect(open).toHaveLength(200);
  expect(keyLink("llm", "x".repeat(197))).toBeNull();
});

test.each([
  ["orders@17", { panelId: "orders", at: 17 }],
  ["my-orders@9007199254740991", { panelId: "my-orders", at: Number.MAX_SAFE_INTEGER }],
  ["orders/17", { panelId: "orders", at: "17" }],
  ["orders/a@17/b\n/c", { panelId: "orders", at: "a@17/b\n/c" }],
  ["orders/", { panelId: "orders", at: "" }],
  ["orders@0", null],
  ["orders@1/a", null],
  ["charts", null],
])("%s is parsed as a stored message, as a key's events, or as neither", (named, entry) => {
  expect(entryIn(named)).toEqual(entry);
  if (entry === null) return;
  const { panelId, at } = entry;
  expect(typeof at === "string" ? keyLink(panelId, at) : messageLink(panelId, at)).toBe(named);
});
