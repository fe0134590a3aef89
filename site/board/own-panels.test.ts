import { expect, test } from "vitest";
import { boardOf, stubMemory } from "../testing.ts";
import { MAX_OWN } from "./link.ts";
import { OwnPanels } from "./own-panels.ts";

/** A tab; several may have one memory. */
function own(kept: readonly string[] = [], memory = stubMemory({ panels: JSON.stringify(kept) })) {
  const { board, handlers } = boardOf("a");
  const panels = new OwnPanels(board);
  const remove = (id: string) => {
    for (const panel of board.panels.value) if (panel.feed.id === id) panels.remove(panel);
  };
  const ids = () => board.panels.value.map(({ feed }) => feed.id);
  const definitions = () => board.panels.value.flatMap(({ definition }) => definition ?? []);
  return { panels, remove, memory, ids, definitions, handlers };
}

const keptIn = (memory: ReadonlyMap<string, string>): unknown =>
  JSON.parse(memory.get("mycelium.panels") ?? "null");
const ORDERS = '{"subject":"o.>"}';

test("a panel that is made listens at once, is kept, and is gone when it is taken away", () => {
  const { panels, remove, memory, ids, handlers } = own();
  memory.set("mycelium.columns.orders", '["id"]');
  expect(panels.make('{"subject":"orders.>"}')).toBeNull();
  expect(ids()).toEqual(["a", "orders"]);
  expect([...handlers.keys()]).toEqual(["a", "orders.>"]);
  expect(keptIn(memory)).toEqual(['{"subject":"orders.>"}']);
  remove("orders");
  expect(ids()).toEqual(["a"]);
  expect(handlers.has("orders.>")).toBe(false);
  expect(memory.size).toBe(0);
});

test("the operator's panels can't be taken away", () => {
  const { remove, ids } = own();
  remove("a");
  expect(ids()).toEqual(["a"]);
});

test("kept and linked panels are opened, each once; what is none is left over", () => {
  const { panels, ids } = own();
  expect(panels.open(['{"subject":"x"}', '{"subject":"x"}', '"y"', '{"subject":""}', "{"])).toEqual([
    '{"subject":""}',
    "{",
  ]);
  expect(panels.open(['{ "subject": "y" }'])).toEqual([]);
  expect(ids()).toEqual(["a", "x", "y"]);
});

test("a tab keeps what another made, and what this version can't show", () => {
  const later = '{"subject":"x","view":"heatmap"}';
  const one = own([later]);
  const other = own([], one.memory);
  one.panels.make('{"subject":"y"}');
  other.panels.make('{"subject":"z"}');
  expect(keptIn(one.memory)).toEqual([later, '{"subject":"y"}', '{"subject":"z"}']);
  one.remove("y");
  expect(keptIn(one.memory)).toEqual([later, '{"subject":"z"}']);
  // What is only a link's isn't kept with others.
  one.panels.open(['{"subject":"linked"}']);
  one.panels.make('{"subject":"y"}');
  expect(keptIn(one.memory)).toEqual([later, '{"subject":"z"}', '{"subject":"y"}']);
});

test("what no link could carry isn't opened, or kept any longer: somebody's hand wrote it, and its depth may have no end", () => {
  const endless = `{"subject":"x","alerts":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
  const { panels, memory, ids } = own([ORDERS, endless]);
  panels.open(panels.kept);
  expect(ids()).toEqual(["a", "o"]);
  panels.make('{"subject":"y"}');
  expect(keptIn(memory)).toEqual([ORDERS, '{"subject":"y"}']);
});

test("more panels than a link can carry aren't kept, and it says so", () => {
  const many = Array.from({ length: MAX_OWN }, (_, index) => `{"subject":"s${index}"}`);
  const { panels, memory, ids } = own(many);
  expect(panels.make('{"subject":"more"}')).toBe("full");
  expect([keptIn(memory), ids()]).toEqual([many, ["a"]]);
});

test("which panel has which id doesn't depend on the order in which they are opened", () => {
  const chart = '{"subject":"o.>","view":"chart"}';
  const made = own();
  made.panels.make(ORDERS);
  made.panels.make(chart);
  expect(made.ids()).toEqual(["a", "o", "o-2"]);
  const again = own();
  again.panels.open(made.definitions().toReversed());
  expect(again.ids()).toEqual(["a", "o-2", "o"]);
  expect(again.definitions()).toEqual(made.definitions().toReversed());
});

test("a kept panel whose id a link's has gets another, once, and is still the one that is kept", () => {
  const chart = '{"subject":"o.>","view":"chart"}';
  const first = own([ORDERS]);
  first.panels.open([chart, ORDERS]);
  expect(first.ids()).toEqual(["a", "o", "o-2"]);
  // A reload has both from the address, and then what is kept.
  const again = own([], first.memory);
  again.panels.open([...first.definitions(), ORDERS]);
  expect(again.ids()).toEqual(["a", "o", "o-2"]);
  again.remove("o-2");
  expect(again.memory.size).toBe(0);
});

test("an id that was given and is another's is refused, and its own panel's is known", () => {
  const { panels, ids } = own();
  const mine = '{"id":"mine","subject":"x"}';
  expect(panels.open(['{"id":"a","subject":"x"}', mine, '{"id":"mine","subject":"y"}', mine])).toEqual([
    '{"id":"a","subject":"x"}',
    '{"id":"mine","subject":"y"}',
  ]);
  expect(ids()).toEqual(["a", "mine"]);
});
