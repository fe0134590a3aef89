import { expect, test } from "vitest";
import { boardOf, feedOf } from "../testing.ts";
import { Board } from "./board.ts";

test("the columns that were chosen for a panel are there again, also for one that is added later", () => {
  const { parts } = boardOf().board;
  const board = new Board([feedOf("a"), feedOf("b")], parts, (id) => (id === "b" ? null : [`of ${id}`]));
  board.add(feedOf("mine"), "");
  expect(board.panels.value.map(({ view }) => view.fields.value)).toEqual([["of a"], null, ["of mine"]]);
});
