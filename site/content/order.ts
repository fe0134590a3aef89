import { longWholeOf } from "./fold.ts";
import { comparedNumberOf, scalarText, type Value } from "./value.ts";
import { writeJson } from "./write-json.ts";

/** How much of what is nested is compared. */
const COMPARED_CHARACTERS = 100;
/** An amount as texts have it, and its decimals. */
const AMOUNT = /^[-+]?\d*(|\.\d+)$/;

/** Compares texts as a reader of the language would, the numbers in them as numbers. */
export function collatorFor(language: string): Intl.Collator {
  return new Intl.Collator(language, { numeric: true });
}

/** What one value of a column is sorted by. */
export interface SortKey {
  readonly rank: number;
  /** Its size, of what is a number, and all its digits where it is a long whole one. */
  readonly number: number;
  readonly whole: bigint | null;
  readonly text: string;
}

/** In this order they stand; from `null` on there is nothing to sort by. */
const RANKS = { number: 0, nan: 1, text: 2, nested: 3, null: 4, missing: 5 };

/**
 * By what the values of a column are sorted, made once for each: numbers by size, then what is no number though
 * it is one's (NaN), then texts, then what is nested. Upwards and downwards null stands behind them, and what is missing last.
 * @param isOfNumbers whether the column says that its texts are numbers; else they are where all of them look like amounts
 */
export function sortKeysOf(values: readonly (Value | undefined)[], isOfNumbers = false): readonly SortKey[] {
  const areNumbers = isOfNumbers || areAmounts(values);
  return values.map((value) => keyOf(value, areNumbers));
}

/** The order of two values of a column. */
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

/** Two numbers of one size as doubles; one whose digits don't tell stands behind all whose do, or it would be as large as each of them. */
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

/** Whether all texts are amounts, each with as many decimals: others may be versions, house numbers or hashes. */
function areAmounts(values: readonly (Value | undefined)[]): boolean {
  const texts = values.filter((value) => typeof value === "string").filter((text) => text !== "");
  const [first, ...others] = texts.map((text) => AMOUNT.exec(text)?.[1]?.length);
  return first !== undefined && others.every((decimals) => decimals === first);
}
