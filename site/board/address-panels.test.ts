import { expect, test } from "vitest";
import { MAX_DEFINITION, MAX_OWN } from "./link.ts";
import { bound, definitionOf, linkTo } from "./testing.ts";

/** The parameters of a hash. */
const partsOf = (hash: string) => Object.fromEntries(new URLSearchParams(hash.slice(1)));

/** An invalid definition. */
const BROKEN = definitionOf("a..b");

test("a link's own panels are opened with their settings, and stay in the address", async () => {
  const { board, sheetHost, address } = bound(`#${linkTo("mine")}&filter.mine=x&open=mine@7`);
  await expect.poll(() => sheetHost.opened.value?.name).toBe("mine@7");
  const mine = board.panels.value.find(({ feed }) => feed.id === "mine");
  expect(mine?.view.filter.value).toBe("x");
  expect(partsOf(address.read().hash)).toEqual({
    panel: '{"subject":"mine"}',
    "filter.mine": "x",
    open: "mine@7",
  });
  address.back();
  expect([sheetHost.opened.value, mine?.view.filter.value]).toEqual([null, "x"]);
});

test("a link pasted into the open page opens its panels, and back shows the previous state", () => {
  const { board, address } = bound("");
  const shown = () => board.shown.value.map(({ feed, view }) => [feed.id, view.filter.value]);
  address.paste(`#trace=4f2a&filter.a=x&feeds=mine,a&${linkTo("mine")}&filter.mine=y`);
  expect(shown()).toEqual([
    ["mine", "y"],
    ["a", "x"],
  ]);
  expect(address.entries.map(({ hash }) => partsOf(hash).feeds)).toEqual([undefined, "mine,a"]);
  address.back();
  expect(shown()).toEqual([
    ["a", ""],
    ["b", ""],
    ["mine", ""],
  ]);
});

test("a link's broken panel is reported, and stays in the address until the reader dismisses the note", () => {
  const hash = `#${linkTo("mine")}&${new URLSearchParams({ panel: BROKEN })}`;
  // The broken panel saved in this browser isn't part of the link.
  const { a, address, board, notShown } = bound(hash, { kept: ["c..d"] });
  expect(board.panels.value.at(-1)?.feed.id).toBe("mine");
  expect(notShown.value).toEqual({ broken: [BROKEN], tooMany: 0, tooLong: 0 });
  a.setFilter("x");
  expect(address.read().hash).toBe(`${hash}&filter.a=x`);
  notShown.value = null;
  expect(address.read().hash).toBe(`#${linkTo("mine")}&filter.a=x`);
  address.paste(`#${new URLSearchParams({ panel: BROKEN })}`);
  expect(notShown.value).toEqual({ broken: [BROKEN], tooMany: 0, tooLong: 0 });
  address.paste("#filter.a=y");
  expect(notShown.value).toBeNull();
});

test("a link's panels beyond the 24th, and those whose definition is too long, are counted as left out", () => {
  const subjects = Array.from({ length: MAX_OWN + 2 }, (_, index) => `s${index}`);
  const long = definitionOf("x".repeat(MAX_DEFINITION));
  const link = [...subjects.map(definitionOf), long]
    .map((one) => `panel=${encodeURIComponent(one)}`)
    .join("&");
  const { address, board, notShown } = bound(`#${link}`);
  expect(board.panels.value).toHaveLength(2 + MAX_OWN);
  expect(notShown.value).toEqual({ broken: [], tooMany: 2, tooLong: 1 });
  address.paste("#filter.a=x");
  expect(notShown.value).toBeNull();
});

test("a panel saved in this browser isn't counted as left out, even beyond the 24th in the link", () => {
  const subjects = Array.from({ length: MAX_OWN + 1 }, (_, index) => `s${index}`);
  const { board, notShown } = bound(`#${subjects.map(linkTo).join("&")}`, { kept: [`s${MAX_OWN}`] });
  expect(board.panels.value).toHaveLength(2 + MAX_OWN + 1);
  expect(notShown.value).toBeNull();
});

test("settings of unknown panels are ignored, and don't stay in the address", () => {
  const { a, b, board, address } = bound("#filter.gone=x&size.gone=wide&paused=gone,b&feeds=gone");
  expect([board.shown.value.length, a.paused.value, b.paused.value]).toEqual([2, false, true]);
  a.setFilter("y");
  expect(address.read().hash).toBe("#filter.a=y&paused=b");
});

test("a panel saved in this browser isn't shown by a link that names other panels", () => {
  const { board, address } = bound("#only=a&embed=on", { kept: ["mine"] });
  expect(board.shown.value.map(({ feed }) => feed.id)).toEqual(["a"]);
  expect(partsOf(address.read().hash).feeds).toBe("a");
});

test.each([
  ["brings", `feeds=mine,a&${linkTo("mine")}`, []],
  ["finds here", "feeds=mine,a", ["mine"]],
])("a link shows a panel that it %s in its place and with its settings", (_how, link, kept) => {
  const { board, address } = bound(`#filter.mine=x&${link}`, { kept });
  expect(board.shown.value.map(({ feed, view }) => [feed.id, view.filter.value])).toEqual([
    ["mine", "x"],
    ["a", ""],
  ]);
  expect(partsOf(address.read().hash)).toEqual({
    panel: definitionOf("mine"),
    "filter.mine": "x",
    feeds: "mine,a",
  });
});

test.each([
  ["brings", `only=mine&${linkTo("mine")}&embed=on`, []],
  ["finds here", "feeds=mine", ["mine"]],
])(
  "a link that shows only a panel that it %s shows it alone, and the address keeps that",
  (_how, link, kept) => {
    const { board, address } = bound(`#${link}`, { kept });
    expect(board.shown.value.map(({ feed }) => feed.id)).toEqual(["mine"]);
    expect(partsOf(address.read().hash).feeds).toBe("mine");
  },
);
