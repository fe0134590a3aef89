import { expect, test } from "vitest";
import { boardOf, feedOf, stubMemory } from "../testing.ts";

test("removing the only shown panel shows all others again; removing another keeps them hidden", () => {
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

test("remembered columns are restored for each panel, including one added later", () => {
  stubMemory({ "columns.a": '["of a"]', "columns.mine": '["of mine"]' });
  const { board } = boardOf("a", "b");
  board.add(feedOf("mine"), "");
  expect(board.panels.value.map(({ view }) => view.fields.value)).toEqual([["of a"], null, ["of mine"]]);
});
