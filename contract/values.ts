import * as v from "valibot";

/** A non-negative integer: a count or milliseconds. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A time in UTC (RFC 3339). */
export const isoTime = v.pipe(v.string(), v.isoTimestamp());
