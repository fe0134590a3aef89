import { longWholeOf } from "./fold.ts";
import { comparedNumberOf, scalarText, type Value } from "./value.ts";
import { writeJson } from "./write-json.ts";

/** How much of the JSON of nested values is compared. */
const COMPARED_CHARACTERS = 100;
/** An amount in a text; the group holds its decimals. */
const AMOUNT = /^[-+]?\d*(|\.\d+)$/;

/** Compares texts by the rules of a language, and numbers in them by size. */
export function collatorFor(language: string): Intl.Collator {
  return new Intl.Collator(language, { numeric: true });
}

/** The sort key of one value. */
export interface SortKey {
  readonly rank: number;
  /** The size of a number, and for a long integer all its digits. */
  readonly number: number;
  readonly whole: bigint | null;
  readonly text: string;
}

/** The order of kinds of values; `null` and `missing` are last in both directions. */
const RANKS = { number: 0, nan: 1, text: 2, nested: 3, null: 4, missing: 5 };

/**
 * The sort keys of a column's values: numbers by size, then NaN, texts and nested values. In both directions null comes
 * after these, and missing values last.
 * @param isOfNumbers whether the column's texts are numbers; if false, they count as such only if all look like amounts
 */
export function sortKeysOf(values: readonly (Value | undefined)[], isOfNumbers = false): readonly SortKey[] {
  const areNumbers = isOfNumbers || areAmounts(values);
  return values.map((value) => keyOf(value, areNumbers));
}

/** Compares two sort keys of a column. */
export function compareKeys(one: SortKey, other: SortKey, texts: Intl.Collator, isDown = false): number {
  const rank = one.rank - other.rank;
  if (one.rank >= RANKS.null || other.rank >= RANKS.null) return rank;
  const order =
    rank ||
    one.number - other.number ||
    compareWholes(one.whole, other.whole) ||
    texts.compare(one.text, other.text);
  return (isDown ? -order : order) || 0;
}

/** Compares numbers that are equal as doubles: long integers by all digits, others last, for a consistent order. */
function compareWholes(one: bigint | null, other: bigint | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return Number(one - other);
}

function keyOf(value: Value | undefined, areNumbers: boolean): SortKey {
  const none = { number: 0, whole: null, text: "" };
  if (value === undefined) return { ...none, rank: RANKS.missing };
  if (value === null) return { ...none, rank: RANKS.null };
  const text = scalarText(value);
  if (text === null) {
    const { text: json } = writeJson(value, { maxCharacters: COMPARED_CHARACTERS });
    return { ...none, rank: RANKS.nested, text: json };
  }
  const number = typeof value === "string" && !areNumbers ? null : comparedNumberOf(value);
  if (number === null) return { ...none, rank: RANKS.text, text };
  if (Number.isNaN(number)) return { ...none, rank: RANKS.nan };
  return { ...none, rank: RANKS.number, number, whole: longWholeOf(text) };
}

/** Whether all texts are amounts with the same number of decimals; others may be versions, house numbers or hashes. */
function areAmounts(values: readonly (Value | undefined)[]): boolean {
  const texts = values.filter((value) => typeof value === "string").filter((text) => text !== "");
  const [first, ...others] = texts.map((text) => AMOUNT.exec(text)?.[1]?.length);
  return first !== undefined && others.every((decimals) => decimals === first);
}
