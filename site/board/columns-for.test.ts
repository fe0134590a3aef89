import { expect, test } from "vitest";
import { columnsFor } from "./columns-for.ts";

/** The board's size in common windows, in rem of 16 pixels. */
const PHONE = [390 / 16, 700 / 16] as const;
const TABLET = [1024 / 16, 650 / 16] as const;
const DESKTOP = [1440 / 16, 800 / 16] as const;
const WALL = [2560 / 16, 1340 / 16] as const;

test.each([
  [1, PHONE, 1],
  [32, PHONE, 1],
  [1, DESKTOP, 1],
  [2, DESKTOP, 2],
  [3, DESKTOP, 2],
  [4, DESKTOP, 2],
  [6, DESKTOP, 3],
  [12, DESKTOP, 3],
  [32, DESKTOP, 3],
  [3, TABLET, 2],
  [6, TABLET, 2],
  [1, WALL, 1],
  [3, WALL, 2],
  [6, WALL, 3],
  [12, WALL, 4],
  [32, WALL, 5],
] as const)("%i panels stand well at %j in %i columns", (count, [width, height], columns) => {
  expect(columnsFor(count, width, height)).toBe(columns);
});

test("a board that isn't measured yet has one column", () => {
  expect(columnsFor(3, 0, 0)).toBe(1);
  expect(columnsFor(0, 90, 50)).toBe(1);
});
