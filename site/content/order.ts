import { compareNumbers, isNumberText } from "./fold.ts";
import { ExactNumber, scalarText, type Value } from "./value.ts";
import { writeJson } from "./write-json.ts";

/** How much of what is nested is compared. */
const COMPARED_CHARACTERS = 100;

/** Compares texts as a reader of the language would, the numbers in them as numbers. */
export function collatorFor(language: string): Intl.Collator {
  return new Intl.Collator(language, { numeric: true });
}

/**
 * The order of two values of a column: numbers by size and exactly, those that are sent as texts too, then what is no number though it is one's (NaN),
 * then texts, then what is nested, then null; what is missing stands last. Whoever sorts downwards keeps the missing ones
 * at the end: see `isAbsent`.
 */
export function compareValues(
  one: Value | undefined,
  other: Value | undefined,
  texts: Intl.Collator,
): number {
  const rank = rankOf(one) - rankOf(other);
  if (rank !== 0) return rank;
  if (one === undefined || one === null || other === undefined || other === null) return 0;
  if (isNumber(one) && isNumber(other)) return compareNumbers(one, other) || 0;
  return texts.compare(textOf(one), textOf(other));
}

/** Whether there is nothing to sort by. */
export function isAbsent(value: Value | undefined): boolean {
  return value === undefined || value === null;
}

function rankOf(value: Value | undefined): number {
  if (value === undefined) return 5;
  if (value === null) return 4;
  if (isNumber(value)) return Number.isNaN(Number(value)) ? 1 : 0;
  return typeof value === "object" ? 3 : 2;
}

function isNumber(value: Value): value is number | ExactNumber | string {
  const isSent = typeof value === "number" || value instanceof ExactNumber;
  return isSent || (typeof value === "string" && isNumberText(value));
}

function textOf(value: Value): string {
  return scalarText(value) ?? writeJson(value, { maxCharacters: COMPARED_CHARACTERS }).text;
}
