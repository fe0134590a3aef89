import { expect, test } from "vitest";
import { dismissMissingPart } from "../ui/parts.ts";
import { bound } from "./testing.ts";

test("the panels open with the settings in the address", () => {
  const { a, b, board, live } = bound("#filter.a=x&paused=b&trace=4f2a&live=on");
  expect([a.filter.value, a.paused.value]).toEqual(["x", false]);
  expect([b.filter.value, b.paused.value]).toEqual(["", true]);
  expect(board.trace.value).toBe("4f2a");
  expect(live).toEqual([true]);
});

test("the address follows changes of the panels, until the binding ends", () => {
  const { a, b, address, end } = bound("");
  a.setFilter("x y");
  b.hold("paused");
  expect(address.read().hash).toBe("#filter.a=x+y&paused=b");
  b.hold("pressed");
  b.releaseAll();
  expect(address.read().hash).toBe("#filter.a=x+y");
  expect(address.entries).toHaveLength(1);
  end();
  a.setFilter("");
  expect(address.read().hash).toBe("#filter.a=x+y");
});

test("a link pasted into the open page replaces all settings", () => {
  const { a, b, address, board } = bound("#filter.a=x&paused=a&trace=1");
  address.paste("#filter.b=ana");
  expect([a.filter.value, a.paused.value, b.filter.value, board.trace.value]).toEqual([
    "",
    false,
    "ana",
    null,
  ]);
  expect(address.read().hash).toBe("#filter.b=ana");
  address.back();
  expect([a.filter.value, b.filter.value, board.trace.value]).toEqual(["x", "", "1"]);
});

test("opening a sheet adds a step to the history, which back undoes without changing the panels", async () => {
  const { a, sheetHost, address, open } = bound("");
  await open("charts");
  expect(address.read().hash).toBe("#open=charts");
  a.setFilter("typed beside it");
  address.back();
  expect(sheetHost.opened.value).toBeNull();
  expect(a.filter.value).toBe("typed beside it");
  expect(address.read().hash).toBe("#filter.a=typed+beside+it");
  address.forward();
  await Promise.resolve();
  expect(sheetHost.loading.value ?? sheetHost.opened.value?.name).toBe("charts");
});

test("closing a sheet returns to the page's own entry, however often a sheet is opened", async () => {
  const { sheetHost, address, open } = bound("");
  for (const name of ["charts", "help", "settings"]) {
    await open(name);
    expect(address.read().hash).toBe(`#open=${name}`);
    sheetHost.close();
    expect(address.read().hash).toBe("");
    // Also after going back and forward.
    address.back();
    address.forward();
  }
  expect(address.entries).toHaveLength(2);
});

test("a link opens the sheet that it names, and back closes it", async () => {
  const { sheetHost, address } = bound("#open=charts&filter.a=x");
  await expect.poll(() => sheetHost.opened.value?.name).toBe("charts");
  expect(address.entries.map(({ hash }) => hash)).toEqual(["#filter.a=x", "#filter.a=x&open=charts"]);
  address.back();
  expect(sheetHost.opened.value).toBeNull();
  expect(address.read().hash).toBe("#filter.a=x");
});

test("a sheet that is loading or failed to load stays in the address until the reader dismisses the note", async () => {
  const { sheetHost, address, open } = bound("");
  let fail = () => {};
  const opening = sheetHost.open(
    "charts",
    () =>
      new Promise((_, reject) => {
        fail = () => reject(new Error("404"));
      }),
  );
  expect(address.read().hash).toBe("#open=charts");
  fail();
  await opening;
  expect(address.read().hash).toBe("#open=charts");
  // Nothing was opened, so there is no step back.
  expect(address.entries).toHaveLength(1);
  dismissMissingPart();
  expect(address.read().hash).toBe("");
  await open("charts");
  expect(address.entries.map(({ hash }) => hash)).toEqual(["", "#open=charts"]);
});

test("live data turned on by a link survives a reload, until the reader turns it off", () => {
  const { a, address, wanted } = bound("#kiosk=on&live=on");
  a.setFilter("x");
  expect(address.read().hash).toBe("#filter.a=x&kiosk=on&live=on");
  wanted.value = false;
  expect(address.read().hash).toBe("#filter.a=x&kiosk=on");
});

test("a filter typed after a sheet was closed survives back and forward", async () => {
  const { a, sheetHost, address, open } = bound("");
  await open("charts");
  sheetHost.close();
  a.setFilter("x");
  address.back();
  expect([a.filter.value, address.read().hash]).toEqual(["x", "#filter.a=x"]);
  a.setFilter("y");
  address.forward();
  expect([a.filter.value, address.read().hash]).toEqual(["y", "#filter.a=y"]);
});

test("back from a link restores the previous page, even if a sheet was opened there", async () => {
  const { a, sheetHost, address, open } = bound("#filter.a=x");
  await open("charts");
  sheetHost.close();
  address.paste("#filter.a=y");
  address.back();
  expect(a.filter.value).toBe("x");
  address.forward();
  expect(a.filter.value).toBe("y");
});

test("order and size of panels are written to the link, and read from it", () => {
  const { board, address } = bound("");
  const order = () => board.panels.value.map(({ feed }) => feed.id);
  const [first] = board.panels.value;
  if (first === undefined) throw new Error("two panels were asked for");
  board.move(first, 1);
  first.view.setSize("wide");
  expect([order(), address.read().hash]).toEqual([["b", "a"], "#size.a=wide&feeds=b%2Ca"]);
  // The panel is already the last.
  board.move(first, 1);
  board.move(first, -1);
  // The feed's default.
  first.view.setSize("small");
  expect([order(), address.read().hash]).toEqual([["a", "b"], ""]);
  address.paste("#feeds=b,a&kiosk=on");
  expect([order(), board.look.value.kind]).toEqual([["b", "a"], "kiosk"]);
});
