import { type ReadonlySignal, signal } from "@preact/signals";
import { part } from "../ui/parts.ts";
import type { Row } from "./kept.ts";
import type { Sort } from "./sort.ts";

type SortRows = (rows: readonly Row[], sort: Sort, language: string) => readonly Row[];

const sort = signal<SortRows>((rows) => rows);
let asked: Promise<void> | null = null;

/** Sorts rows; leaves them as they came until what sorts is there. */
export const sortRows: ReadonlySignal<SortRows> = sort;

/** Loads what sorts; called with the first heading that is pressed. */
export function loadSorting(): Promise<void> {
  asked ??= part(() => import("./sort.ts")).then((loaded) => {
    if (loaded === null) asked = null;
    else sort.value = loaded.sorted;
  });
  return asked;
}
