import * as v from "valibot";

/** A whole number from 0 on: a count, or epoch milliseconds. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A time in UTC (RFC 3339). */
export const isoTime = v.pipe(v.string(), v.isoTimestamp());
