import { type ReadonlySignal, signal } from "@preact/signals";
import type { Filter, FilterOptions } from "../content/filter.ts";
import { part } from "../ui/parts.ts";

type ReadFilter = (written: string, options: FilterOptions) => Filter;

/** What finds everything: while nothing is looked for, and until the language of filters is there. */
const EVERYTHING: Filter = { isEmpty: true, problems: [], matches: () => true, unknownFields: () => [] };

const read = signal<ReadFilter>(() => EVERYTHING);
let asked: Promise<void> | null = null;

/** Reads what a reader looks for. */
export const readFilter: ReadonlySignal<ReadFilter> = read;

/** Loads the language of filters; called with the first that is typed, or that a link holds. */
export function loadFilters(): Promise<void> {
  asked ??= part(() => import("../content/filter.ts")).then((loaded) => {
    if (loaded === null) asked = null;
    else read.value = loaded.filterOf;
  });
  return asked;
}
