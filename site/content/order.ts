import { compareNumbers } from "./fold.ts";
import { ExactNumber, isNumberText, scalarText, type Value } from "./value.ts";
import { writeJson } from "./write-json.ts";

/** How much of what is nested is compared. */
const COMPARED_CHARACTERS = 100;

/** Compares texts as a reader of the language would, the numbers in them as numbers. */
export function collatorFor(language: string): Intl.Collator {
  return new Intl.Collator(language, { numeric: true });
}

/** From this rank on there is nothing to sort by. */
const ABSENT = 4;

/**
 * The order of two values of a column: numbers by size and exactly, those that are sent as texts too, then what is no number
 * though it is one's (NaN), then texts, then what is nested. Upwards and downwards null stands behind them, and what is
 * missing last.
 */
export function compareValues(
  one: Value | undefined,
  other: Value | undefined,
  texts: Intl.Collator,
  isDown = false,
): number {
  const rank = rankOf(one) - rankOf(other);
  if (rankOf(one) >= ABSENT || rankOf(other) >= ABSENT) return rank;
  const order =
    rank ||
    (isNumber(one) && isNumber(other)
      ? compareNumbers(one, other) || 0
      : texts.compare(textOf(one), textOf(other)));
  return isDown ? -order : order;
}

function rankOf(value: Value | undefined): number {
  if (value === undefined) return ABSENT + 1;
  if (value === null) return ABSENT;
  if (isNumber(value)) return Number.isNaN(Number(value)) ? 1 : 0;
  return typeof value === "object" ? 3 : 2;
}

function isNumber(value: Value | undefined): value is number | ExactNumber | string {
  const isSent = typeof value === "number" || value instanceof ExactNumber;
  return isSent || (typeof value === "string" && isNumberText(value));
}

function textOf(value: Value = null): string {
  return scalarText(value) ?? writeJson(value, { maxCharacters: COMPARED_CHARACTERS }).text;
}
