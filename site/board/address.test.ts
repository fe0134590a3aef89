import { expect, test } from "vitest";
import { boardOf, feedOf } from "../testing.ts";
import { Beside } from "../ui/beside.ts";
import { type Address, bindAddress, type Step } from "./address.ts";

/** A browser's history, with a reader who goes back and pastes links. */
class TestAddress implements Address {
  readonly entries: { hash: string; step: Step | null }[];
  #at = 0;
  #moved: () => void = () => {};

  constructor(hash: string) {
    this.entries = [{ hash, step: null }];
  }
  read() {
    return this.entries[this.#at] ?? { hash: "", step: null };
  }
  replace(hash: string, step: Step) {
    this.entries[this.#at] = { hash, step };
  }
  push(hash: string, step: Step) {
    this.entries.splice(this.#at + 1, Number.POSITIVE_INFINITY, { hash, step });
    this.#at += 1;
  }
  onMove(moved: () => void) {
    this.#moved = moved;
    return () => {
      this.#moved = () => {};
    };
  }
  back() {
    this.#at -= 1;
    this.#moved();
  }
  forward() {
    this.#at += 1;
    this.#moved();
  }
  paste(hash: string) {
    this.entries.splice(this.#at + 1, Number.POSITIVE_INFINITY, { hash, step: null });
    this.#at += 1;
    this.#moved();
  }
}

function bound(hash: string) {
  const { board, panels } = boardOf("a", "b");
  const [a, b] = panels.map(({ view }) => view);
  if (a === undefined || b === undefined) throw new Error("two panels were asked for");
  const beside = new Beside();
  const address = new TestAddress(hash);
  const live: boolean[] = [];
  const openOwn = async (definitions: readonly string[]) => {
    for (const definition of definitions) {
      const { subject } = JSON.parse(definition) as { subject: string };
      board.add(feedOf(subject), definition);
    }
  };
  const open = (name: string) => beside.open(name, async () => () => null);
  const end = bindAddress({ board, beside, open, setLive: (on) => live.push(on), openOwn }, address);
  return { board, a, b, beside, address, live, open, end };
}

test("the panels open as the address says", () => {
  const { a, b, board, live } = bound("#filter.a=x&paused=b&trace=4f2a&live=on");
  expect([a.filter.value, a.paused.value]).toEqual(["x", false]);
  expect([b.filter.value, b.paused.value]).toEqual(["", true]);
  expect(board.trace.value).toBe("4f2a");
  expect(live).toEqual([true]);
});

test("the address follows the panels, until it is let go", () => {
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

test("a link that is pasted into the open page is followed, whatever was shown before", () => {
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

test("what is opened beside the page is a step that back takes again, and nothing else changes", async () => {
  const { a, beside, address, open } = bound("");
  await open("charts");
  expect(address.read().hash).toBe("#open=charts");
  a.setFilter("typed beside it");
  address.back();
  expect(beside.opened.value).toBeNull();
  expect(a.filter.value).toBe("typed beside it");
  expect(address.read().hash).toBe("#filter.a=typed+beside+it");
  address.forward();
  await Promise.resolve();
  expect(beside.loading.value ?? beside.opened.value?.name).toBe("charts");
});

test("closing it leaves the reader where the page is, however often it is opened", async () => {
  const { beside, address, open } = bound("");
  for (const name of ["charts", "help", "settings"]) {
    await open(name);
    expect(address.read().hash).toBe(`#open=${name}`);
    beside.close();
    expect(address.read().hash).toBe("");
  }
  expect(address.entries).toHaveLength(2);
});

test("a link opens what it names, and back closes it", async () => {
  const { beside, address } = bound("#open=charts&filter.a=x");
  await Promise.resolve();
  await Promise.resolve();
  expect(beside.opened.value?.name).toBe("charts");
  expect(address.entries.map(({ hash }) => hash)).toEqual(["#filter.a=x", "#filter.a=x&open=charts"]);
  address.back();
  expect(beside.opened.value).toBeNull();
  expect(address.read().hash).toBe("#filter.a=x");
});

test("a link brings panels of its own, shows them as it says, and they stand in the address", async () => {
  const { board, beside, address } = bound(
    `#panel=${encodeURIComponent('{"subject":"mine"}')}&filter.mine=x&open=mine@7`,
  );
  await Promise.resolve();
  await Promise.resolve();
  const mine = board.panels.value.find(({ feed }) => feed.id === "mine");
  expect(mine?.view.filter.value).toBe("x");
  const parameters = new URLSearchParams(address.read().hash.slice(1));
  expect([parameters.get("panel"), parameters.get("filter.mine")]).toEqual(['{"subject":"mine"}', "x"]);
  // What it names beside the page may be of such a panel.
  await Promise.resolve();
  expect(beside.opened.value?.name).toBe("mine@7");
});

test("panels that are moved and given room stand so in the link, and a link puts them so", () => {
  const { board, address } = bound("");
  const order = () => board.panels.value.map(({ feed }) => feed.id);
  const [first] = board.panels.value;
  if (first === undefined) throw new Error("two panels were asked for");
  board.move(first, 1);
  first.view.setSize("wide");
  expect([order(), address.read().hash]).toEqual([["b", "a"], "#size.a=wide&feeds=b%2Ca"]);
  // At its end nothing is left to move behind.
  board.move(first, 1);
  board.move(first, -1);
  first.view.setSize(null);
  expect([order(), address.read().hash]).toEqual([["a", "b"], ""]);
  address.paste("#feeds=b,a&kiosk=on");
  expect([order(), board.look.value.kind]).toEqual([["b", "a"], "kiosk"]);
});
