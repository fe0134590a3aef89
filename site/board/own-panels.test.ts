import { expect, test } from "vitest";
import { boardOf, stubMemory } from "../testing.ts";
import { MAX_OWN } from "./link.ts";
import { OwnPanels } from "./own-panels.ts";

/** A tab; several tabs can share one storage. */
function own(kept: readonly string[] = [], memory = stubMemory({ panels: JSON.stringify(kept) })) {
  const { board, handlers } = boardOf("a");
  const panels = new OwnPanels(board);
  const remove = (id: string) => {
    for (const panel of board.panels.value) if (panel.feed.id === id) panels.remove(panel);
  };
  const ids = () => board.panels.value.map(({ feed }) => feed.id);
  const definitions = () => board.panels.value.flatMap(({ definition }) => definition ?? []);
  return { board, panels, remove, memory, ids, definitions, handlers };
}

const keptIn = (memory: ReadonlyMap<string, string>): unknown =>
  JSON.parse(memory.get("mycelium.panels") ?? "null");
const ORDERS = '{"subject":"o.>"}';

test("a new panel subscribes at once and is saved; removing it undoes both", () => {
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

test("a panel that is made is scrolled to, and shown if it was there already but hidden", () => {
  const { board, panels } = own();
  for (const hides of [false, true]) {
    const [first] = board.panels.value;
    if (hides && first !== undefined) board.alone(first);
    expect(board.shown.value).toHaveLength(1);
    expect(panels.make(ORDERS)).toBeNull();
    expect(board.shown.value.map(({ feed }) => feed.id)).toEqual(["a", "o"]);
    expect(board.revealed.value?.feed.id).toBe("o");
    board.revealed.value = null;
  }
});

test("the operator's panels can't be removed", () => {
  const { remove, ids } = own();
  remove("a");
  expect(ids()).toEqual(["a"]);
});

test("saved and linked panels are opened once each; invalid definitions are returned", () => {
  const { panels, ids } = own();
  expect(panels.open(['{"subject":"x"}', '{"subject":"x"}', '"y"', '{"subject":""}', "{"])).toEqual([
    '{"subject":""}',
    "{",
  ]);
  expect(panels.open(['{ "subject": "y" }'])).toEqual([]);
  expect(ids()).toEqual(["a", "x", "y"]);
});

test("a tab keeps panels that another tab saved, and definitions that this version can't show", () => {
  const later = '{"subject":"x","view":"heatmap"}';
  const one = own([later]);
  const other = own([], one.memory);
  one.panels.make('{"subject":"y"}');
  other.panels.make('{"subject":"z"}');
  expect(keptIn(one.memory)).toEqual([later, '{"subject":"y"}', '{"subject":"z"}']);
  one.remove("y");
  expect(keptIn(one.memory)).toEqual([later, '{"subject":"z"}']);
  // A panel that is only in the link isn't saved along with others.
  one.panels.open(['{"subject":"linked"}']);
  one.panels.make('{"subject":"y"}');
  expect(keptIn(one.memory)).toEqual([later, '{"subject":"z"}', '{"subject":"y"}']);
});

test("a saved definition that is too long is neither opened nor kept, however deeply it is nested", () => {
  const endless = `{"subject":"x","alerts":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
  const { panels, memory, ids } = own([ORDERS, endless]);
  panels.open(panels.kept);
  expect(ids()).toEqual(["a", "o"]);
  panels.make('{"subject":"y"}');
  expect(keptIn(memory)).toEqual([ORDERS, '{"subject":"y"}']);
});

test("a panel beyond the most that a link can hold is refused with a reason", () => {
  const many = Array.from({ length: MAX_OWN }, (_, index) => `{"subject":"s${index}"}`);
  const { panels, memory, ids } = own(many);
  expect(panels.make('{"subject":"more"}')).toBe("full");
  expect([keptIn(memory), ids()]).toEqual([many, ["a"]]);
});

test("the ids of panels don't depend on the order in which they are opened", () => {
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

test("a saved panel whose id is taken by a link's panel gets another id, and can still be removed", () => {
  const chart = '{"subject":"o.>","view":"chart"}';
  const first = own([ORDERS]);
  first.panels.open([chart, ORDERS]);
  expect(first.ids()).toEqual(["a", "o", "o-2"]);
  // A reload opens both from the address, then the saved ones.
  const again = own([], first.memory);
  again.panels.open([...first.definitions(), ORDERS]);
  expect(again.ids()).toEqual(["a", "o", "o-2"]);
  again.remove("o-2");
  expect(again.memory.size).toBe(0);
});

test("a definition with the id of another panel is refused; the same definition again is not", () => {
  const { panels, ids } = own();
  const mine = '{"id":"mine","subject":"x"}';
  expect(panels.open(['{"id":"a","subject":"x"}', mine, '{"id":"mine","subject":"y"}', mine])).toEqual([
    '{"id":"a","subject":"x"}',
    '{"id":"mine","subject":"y"}',
  ]);
  expect(ids()).toEqual(["a", "mine"]);
});
