import type { TimeUnit } from "../../contract/column.ts";
import { numberOf, type Value } from "./value.ts";

/** An epoch time that is sent as a text: with a fraction only where it is as long as one, since "12.30" may be half past twelve. */
const EPOCH_TEXT = /^\s*-?(?:\d+|\d{9,}\.\d+)\s*$/;

/** How many of a unit are a millisecond. */
const PER_MS: { readonly [unit in TimeUnit]: number } = {
  s: 0.001,
  ms: 1,
  us: 1000,
  µs: 1000,
  ns: 1_000_000,
};

/** The farthest moment that a Date knows, milliseconds from the epoch (ECMAScript, "Time Values and Time Range"). */
const FARTHEST_MS = 8.64e15;

/**
 * A year, a month, a day and a time, and whatever follows: other texts are dates to some engines and none to others.
 * A day alone is no moment: it would begin at another time, or be the day before, wherever its reader is.
 */
const ISO_DATE = /^[+-]?\d{4,6}-\d\d-\d\d[T ]\d\d:\d\d/;

/**
 * The moment that a value names, epoch milliseconds; null where it names none. An epoch time without a unit is taken
 * for seconds, milliseconds, microseconds or nanoseconds by its size: from 1973 on each has its own number of digits.
 */
export function momentOf(value: Value | undefined, unit: TimeUnit | null): number | null {
  if (typeof value === "string" && ISO_DATE.test(value)) return inRange(Date.parse(value));
  const number = typeof value === "string" && !EPOCH_TEXT.test(value) ? null : numberOf(value);
  if (number === null) return null;
  // As a double, seconds and nanoseconds are off by less than half a microsecond, which would show as a whole millisecond.
  return inRange(Math.round((number / PER_MS[unit ?? unitBySize(number)]) * 1000) / 1000);
}

/** How long a number of a unit is, milliseconds. */
export function durationMs(number: number, unit: TimeUnit): number {
  return number / PER_MS[unit];
}

function unitBySize(number: number): TimeUnit {
  const size = Math.abs(number);
  if (size < 1e11) return "s";
  if (size < 1e14) return "ms";
  return size < 1e17 ? "µs" : "ns";
}

function inRange(ms: number): number | null {
  return Math.abs(ms) <= FARTHEST_MS ? ms : null;
}
