import type { TimeUnit } from "../../contract/column.ts";
import { numberOf, type Value } from "./value.ts";

/** An epoch time sent as text; with a fraction it needs 9 digits, since "12.30" may be a time of day. */
const EPOCH_TEXT = /^\s*-?(?:\d+|\d{9,}\.\d+)\s*$/;

/** Units per millisecond. */
const PER_MS: { readonly [unit in TimeUnit]: number } = {
  s: 0.001,
  ms: 1,
  us: 1000,
  µs: 1000,
  ns: 1_000_000,
};

/** The limit of a Date, milliseconds from the epoch (ECMAScript, "Time Values and Time Range"). */
const FARTHEST_MS = 8.64e15;

/**
 * A date with a time. Other texts are dates in some engines only. A date alone is no moment: it would be shown with a
 * time of day that nobody sent, or as the day before, depending on the reader's time zone.
 */
const ISO_DATE = /^[+-]?\d{4,6}-\d\d-\d\d[T ]\d\d:\d\d/;

/**
 * A value as a moment, epoch milliseconds; null where it is none. Without a unit, the size of an epoch time decides
 * between seconds, milliseconds, microseconds and nanoseconds: from 1973 on each has its own number of digits.
 */
export function momentOf(value: Value | undefined, unit: TimeUnit | null): number | null {
  if (typeof value === "string" && ISO_DATE.test(value)) return inRange(Date.parse(value));
  const number = typeof value === "string" && !EPOCH_TEXT.test(value) ? null : numberOf(value);
  if (number === null) return null;
  // Rounded to microseconds: a double's error would otherwise turn up as a wrong millisecond.
  return inRange(Math.round((number / PER_MS[unit ?? unitBySize(number)]) * 1000) / 1000);
}

/** A duration of `number` units in milliseconds. */
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
