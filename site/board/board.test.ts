import { expect, test } from "vitest";
import { boardOf, feedOf } from "../testing.ts";
import { Board } from "./board.ts";

test("where the only panel that is shown is taken away, the others are there again, and else they stay hidden", () => {
  const { board, panels } = boardOf("a", "b", "c");
  const [a, b, c] = panels;
  if (a === undefined || b === undefined || c === undefined) throw new Error("three panels were asked for");
  board.alone(a);
  b.view.hidden.value = false;
  board.remove(b);
  expect(board.shown.value).toEqual([a]);
  board.remove(a);
  expect(board.shown.value).toEqual([c]);
});

test("the columns that were chosen for a panel are there again, also for one that is added later", () => {
  const { parts } = boardOf().board;
  const board = new Board([feedOf("a"), feedOf("b")], parts, (id) => (id === "b" ? null : [`of ${id}`]));
  board.add(feedOf("mine"), "");
  expect(board.panels.value.map(({ view }) => view.fields.value)).toEqual([["of a"], null, ["of mine"]]);
});
