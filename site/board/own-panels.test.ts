import { expect, test } from "vitest";
import { boardOf } from "../testing.ts";
import { OwnPanels } from "./own-panels.ts";

function own(kept: string | null = null) {
  const { board, handlers } = boardOf("a");
  const memory = { kept };
  const panels = new OwnPanels(board, {
    recall: () => memory.kept,
    remember: (text) => {
      memory.kept = text;
    },
  });
  const ids = () => board.panels.value.map(({ feed }) => feed.id);
  return { panels, memory, ids, handlers };
}

test("a panel that is made listens at once, is kept, and is gone when it is taken away", async () => {
  const { panels, memory, ids, handlers } = own();
  expect(await panels.make('{"subject":"orders.>"}')).toEqual({ id: "orders" });
  expect(ids()).toEqual(["a", "orders"]);
  expect([...handlers.keys()]).toEqual(["a", "orders.>"]);
  expect(memory.kept).toBe('["{\\"subject\\":\\"orders.>\\"}"]');
  panels.remove("orders");
  expect(ids()).toEqual(["a"]);
  expect(handlers.has("orders.>")).toBe(false);
  expect(memory.kept).toBeNull();
});

test("the operator's panels can't be taken away", () => {
  const { panels, ids } = own();
  panels.remove("a");
  expect(ids()).toEqual(["a"]);
});

test("kept and linked panels are opened, each once; what is none is left out", async () => {
  const { panels, ids } = own('["{\\"subject\\":\\"x\\"}", 7, "{"]');
  await panels.openKept();
  await panels.openLinked(['{"subject":"x"}', '{"subject":"y"}', '{"subject":""}']);
  expect(ids()).toEqual(["a", "x", "y"]);
});

test("what this version can't show is kept for one that can", async () => {
  const later = '{"subject":"x","view":"heatmap"}';
  const { panels, memory, ids } = own(JSON.stringify([later, '{"subject":"y"}']));
  await panels.make('{"subject":"z"}');
  expect(JSON.parse(memory.kept ?? "")).toEqual(['{"subject":"z"}', later, '{"subject":"y"}']);
  await panels.openKept();
  expect(ids()).toEqual(["a", "z", "y"]);
  panels.remove("y");
  expect(JSON.parse(memory.kept ?? "")).toEqual(['{"subject":"z"}', later]);
});
