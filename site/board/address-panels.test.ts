import { expect, test } from "vitest";
import { feedOf } from "../testing.ts";
import { bound, definitionOf, linkTo } from "./testing.ts";

test("a link brings panels of its own, shows them as it says, and they stand in the address", async () => {
  const hash = `#${linkTo("mine")}&filter.mine=x&open=mine@7`;
  const { board, beside, address, settle } = bound(hash);
  // A reload in the meantime needs all of it.
  expect(address.read().hash).toBe(hash);
  await settle();
  const mine = board.panels.value.find(({ feed }) => feed.id === "mine");
  expect(mine?.view.filter.value).toBe("x");
  const parameters = new URLSearchParams(address.read().hash.slice(1));
  expect([parameters.get("panel"), parameters.get("filter.mine")]).toEqual(['{"subject":"mine"}', "x"]);
  expect(beside.opened.value?.name).toBe("mine@7");
});

test("what its reader closes while panels are on their way isn't opened again, by a reload or by a step back", async () => {
  const { beside, address, settle } = bound(`#${linkTo("mine")}&filter.a=x&open=charts`);
  await new Promise((passed) => setTimeout(passed));
  expect(beside.opened.value?.name).toBe("charts");
  beside.close();
  expect(address.read().hash).toBe(`#${linkTo("mine")}&filter.a=x`);
  address.paste("#filter.a=y");
  address.back();
  await settle();
  expect(beside.opened.value).toBeNull();
});

test("a link that is pasted into the open page brings its panels as it says, whatever else it changes", async () => {
  const { board, address, settle } = bound("");
  address.paste(`#trace=4f2a&filter.a=x&feeds=mine,a&${linkTo("mine")}&filter.mine=y`);
  await settle();
  expect(board.shown.value.map(({ feed, view }) => [feed.id, view.filter.value])).toEqual([
    ["mine", "y"],
    ["a", "x"],
  ]);
});

test("a link's panel that can't be opened stays in the address, for a reload", async () => {
  const { a, address, closed, settle } = bound(`#${linkTo("mine")}`, { canOpen: false, kept: ["other"] });
  await settle();
  a.setFilter("x");
  // And it is said; nobody asked for the other.
  expect(closed.value).toEqual([definitionOf("mine")]);
  expect(new URLSearchParams(address.read().hash.slice(1)).getAll("panel")).toEqual([definitionOf("mine")]);
  address.paste("#filter.a=y");
  await settle();
  expect([address.read().hash, closed.value]).toEqual(["#filter.a=y", []]);
});

test("what a link names of a panel that can't be opened stays in the address, until its reader opens or closes something", async () => {
  for (const named of ["mine@7", "mine/a@b/c"]) {
    const hash = `#${new URLSearchParams({ panel: definitionOf("mine"), open: named })}`;
    const { a, beside, board, address, open, settle } = bound(hash, { canOpen: false });
    const openNow = () => new URLSearchParams(address.read().hash.slice(1)).get("open");
    await settle();
    a.setFilter("x");
    expect([openNow(), address.entries.length]).toEqual([named, 1]);
    await open("charts");
    expect(openNow()).toBe("charts");
    beside.close();
    expect(openNow()).toBeNull();
    address.paste(hash);
    await settle();
    expect(openNow()).toBe(named);
    board.add(feedOf("mine"), definitionOf("mine"));
    expect(openNow()).toBeNull();
  }
});

test("a link's panel that can't be opened and is named twice stays in the address once", async () => {
  const { address, settle } = bound(`#${linkTo("mine")}&${linkTo("mine")}`, { canOpen: false });
  await settle();
  expect(address.read().hash).toBe(`#${linkTo("mine")}`);
});

test.each([
  ["feeds=mine", "mine"],
  ["feeds=mine,a", "mine,a"],
  ["feeds=b,mine,a", "b,mine,a"],
  ["feeds=a,b,mine", "a,b,mine"],
  ["only=mine", "mine"],
  ["trace=1", null],
])("what a link (%s) says of a panel that can't be opened stays in the address too", async (link, feeds) => {
  const ofMine = { "size.mine": "wide", "filter.mine": "x", paused: "b,mine" };
  const hash = `#${new URLSearchParams(ofMine)}&${link}`;
  const brought = bound(`${hash}&${linkTo("mine")}`, { canOpen: false });
  const kept = bound(hash, { canOpen: false, kept: ["mine"] });
  for (const { a, address, settle } of [brought, kept]) {
    await settle();
    a.setFilter("y");
    const parameters = new URLSearchParams(address.read().hash.slice(1));
    expect(Object.fromEntries(parameters)).toMatchObject({ ...ofMine, "filter.a": "y" });
    expect(parameters.get("feeds")).toBe(feeds);
  }
});

test("a panel that couldn't be opened stands in the address behind what is shown of those before it", async () => {
  const { a, address, settle } = bound(`#feeds=b,a,mine&${linkTo("mine")}`, { canOpen: false });
  await settle();
  a.hidden.value = true;
  expect(new URLSearchParams(address.read().hash.slice(1)).get("feeds")).toBe("b,mine");
});

test("whoever shows all panels again wants also the one that couldn't be opened", async () => {
  const { b, address, settle } = bound(`#feeds=a&${linkTo("mine")}`, { canOpen: false });
  await settle();
  expect([b.hidden.value, address.read().hash]).toEqual([true, `#${linkTo("mine")}&feeds=a`]);
  b.hidden.value = false;
  expect(address.read().hash).toBe(`#${linkTo("mine")}`);
});

test("of panels that the page doesn't know nothing is shown, and nothing stays in the address", () => {
  const { a, b, board, address } = bound("#filter.gone=x&size.gone=wide&paused=gone,b&feeds=gone");
  expect([board.shown.value.length, a.paused.value, b.paused.value]).toEqual([2, false, true]);
  a.setFilter("y");
  expect(address.read().hash).toBe("#filter.a=y&paused=b");
});

test("of a panel that was there and is taken away nothing stays, of one that couldn't be opened it does", async () => {
  const hash = `#filter.x=q&filter.mine=q&paused=x&feeds=a,mine,x&${linkTo("mine")}`;
  const { board, address, settle } = bound(hash, { canOpen: false });
  const x = board.add(feedOf("x"), "");
  await settle();
  board.remove(x);
  const parameters = new URLSearchParams(address.read().hash.slice(1));
  expect(Object.fromEntries(parameters)).toEqual({
    panel: definitionOf("mine"),
    "filter.mine": "q",
    feeds: "a,mine",
  });
});

test.each([definitionOf("mine"), '{ "subject": "mine" }', '"mine"'])(
  "a link's panel that couldn't be opened and that its reader made since is its reader's: %s",
  async (definition) => {
    const { board, address, settle } = bound(
      `#filter.mine=x&feeds=a,mine&panel=${encodeURIComponent(definition)}`,
      { canOpen: false },
    );
    await settle();
    board.add(feedOf("mine"), definitionOf("mine"));
    expect(address.read().hash).toBe(`#${linkTo("mine")}&feeds=a%2Cmine`);
  },
);

test("a panel that this browser keeps doesn't push itself into a link that names others", async () => {
  const { board, address, settle } = bound("#only=a&embed=on", { kept: ["mine"] });
  await settle();
  expect(board.shown.value.map(({ feed }) => feed.id)).toEqual(["a"]);
  expect(new URLSearchParams(address.read().hash.slice(1)).get("feeds")).toBe("a");
});

test("a link shows a kept panel that it names as it says, and what the reader did meanwhile stays", async () => {
  const { board, a, address, settle } = bound("#feeds=mine,a&filter.mine=x", { kept: ["mine"] });
  a.setFilter("typed meanwhile");
  await settle();
  expect(board.shown.value.map(({ feed, view }) => [feed.id, view.filter.value])).toEqual([
    ["mine", "x"],
    ["a", "typed meanwhile"],
  ]);
  expect(new URLSearchParams(address.read().hash.slice(1)).get("filter.a")).toBe("typed meanwhile");
});

test.each([
  ["brings", `feeds=mine&${linkTo("mine")}`, []],
  ["brings, and is alone", `only=mine&${linkTo("mine")}&embed=on`, []],
  ["finds here", "feeds=mine", ["mine"]],
])(
  "a link that shows nothing but a panel that it %s shows it alone, and says so still",
  async (_how, link, kept) => {
    const { board, a, b, address, settle } = bound(`#${link}&filter.a=x`, { kept });
    b.hold("paused");
    await settle();
    expect(board.shown.value.map(({ feed }) => feed.id)).toEqual(["mine"]);
    expect([a.filter.value, b.paused.value]).toEqual(["x", true]);
    expect(new URLSearchParams(address.read().hash.slice(1)).get("feeds")).toBe("mine");
  },
);

test("a link that shows a panel that is here already hides nothing anew once others are there", async () => {
  const { board, b, settle } = bound(`#feeds=a,mine&${linkTo("mine")}`);
  b.hidden.value = false;
  await settle();
  expect(board.shown.value.map(({ feed }) => feed.id)).toEqual(["a", "b", "mine"]);
});

test("what the reader hid or moved while panels were on their way stays so, and they come behind", async () => {
  const { board, a, settle } = bound(`#feeds=mine&${linkTo("mine")}`);
  const order = () => board.panels.value.map(({ feed }) => feed.id);
  const [first] = board.panels.value;
  if (first === undefined) throw new Error("two panels were asked for");
  board.move(first, 1);
  board.alone(first);
  await settle();
  expect(board.shown.value.map(({ feed }) => feed.id)).toEqual(["a", "mine"]);
  expect([a.hidden.value, order()]).toEqual([false, ["b", "a", "mine"]]);
});

test("what was opened while panels were on their way stays open", async () => {
  const { beside, open, address, settle } = bound("", { kept: ["mine"] });
  await open("charts");
  await settle();
  expect(beside.opened.value?.name).toBe("charts");
  expect(new URLSearchParams(address.read().hash.slice(1)).get("open")).toBe("charts");
  expect(address.entries).toHaveLength(2);
});

test.each([
  ["opened something else", "charts", "charts"],
  ["closed what isn't there yet", null, undefined],
])("who %s while a link's panel was on its way finds it so", async (_did, opens, opened) => {
  const { beside, open, settle } = bound(`#open=mine@7&${linkTo("mine")}`);
  if (opens === null) beside.close();
  else await open(opens);
  await settle();
  expect(beside.opened.value?.name).toBe(opened);
});
