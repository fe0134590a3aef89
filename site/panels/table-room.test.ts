import { expect, test } from "vitest";
import { fitting } from "./table-room.ts";

const TEN = { whole: 20, oneLine: 10, twoLines: 5 };
const column = (field: string, rank?: number) => ({
  column: { field, title: { en: field, "pt-BR": field }, ...(rank === undefined ? {} : { rank }) },
  width: TEN,
});
/** Each column needs 100 pixels in one line, and 60 in two. */
const room = (width: number, isNarrow = false) => ({ width, last: 50, cell: 20, character: 8, isNarrow });
const shownIn = (
  width: number,
  columns: readonly ReturnType<typeof column>[],
  isNarrow = false,
  hasLast = false,
) => fitting(columns, room(width, isNarrow), hasLast).map(({ column: { field } }) => field);

test("of found columns those stay that tell the most, in their order, as many as there is room for", () => {
  const found = [column("id", 1), column("nested", 90), column("amount", 30), column("status", 2)];
  expect(shownIn(400, found)).toEqual(["id", "nested", "amount", "status"]);
  expect(shownIn(399, found)).toEqual(["id", "amount", "status"]);
  expect(shownIn(399, found, false, true)).toEqual(["id", "amount", "status"]);
  expect(shownIn(349, found, false, true)).toEqual(["id", "status"]);
  expect(shownIn(240, found, true)).toEqual(["id", "nested", "amount", "status"]);
  expect(shownIn(10, found)).toEqual(["id"]);
});

test("what a wide one has no room for, a narrow one that tells less takes", () => {
  const text = { ...column("text", 1), width: { whole: 99, oneLine: 60, twoLines: 30 } };
  const found = [column("id", 0.5), text, column("amount", 30), column("more", 40)];
  expect(shownIn(399, found)).toEqual(["id", "amount", "more"]);
  expect(shownIn(299, found)).toEqual(["id", "amount"]);
  expect(shownIn(700, found)).toEqual(["id", "text", "amount"]);
});

test("what was chosen is never left out", () => {
  expect(shownIn(10, [column("one"), column("two"), column("found", 7)])).toEqual(["one", "two"]);
});
