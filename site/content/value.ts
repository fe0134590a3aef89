/**
 * A number whose digits a double would change: beyond 2^53, `1.10`, `1e400`, `-0`. It is shown, copied, exported,
 * searched and used as a key by its digits. Calculations use it as a double, as do comparisons, except that long
 * integers are compared by all digits.
 */
export class ExactNumber {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }

  toString(): string {
    return this.digits;
  }

  valueOf(): number {
    return Number(this.digits);
  }
}

/** Fields by name: a JSON object, or a map of another encoding. */
export type Fields = { readonly [field: string]: Value };

/** A decoded payload or a part of it, in any encoding: JSON's values, exact numbers, and bytes. */
export type Value = null | boolean | number | string | ExactNumber | Uint8Array | readonly Value[] | Fields;

/** Whether a value has fields. Readers make only plain objects, which is a cheap test for every message. */
export function isFields(value: Value | undefined): value is Fields {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Whether a value is a list; `Array.isArray` doesn't narrow a readonly one. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** The type of a value in JSON's terms, or `bytes`, or `missing`. */
export function typeOf(value: Value | undefined): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (isList(value)) return "array";
  if (value instanceof ExactNumber) return "number";
  return value instanceof Uint8Array ? "bytes" : typeof value;
}

/** Texts that count as numbers when they are compared, sorted, drawn or formatted. */
const NUMBER_TEXT = /^\s*[-+]?(?:(?:\d+|\d*\.\d+)(?:[eE][-+]?\d+)?|Infinity)\s*$/;

/** Whether a text is a number that can be compared by size. */
export function isNumberText(text: string): boolean {
  return NUMBER_TEXT.test(text);
}

/** A value as a number to compare, also from text and including NaN and Infinity; null where it is no number. */
export function comparedNumberOf(value: Value | undefined): number | null {
  const isWritten = typeof value === "string" ? isNumberText(value) : value instanceof ExactNumber;
  const found = isWritten ? Number(value) : value;
  return typeof found === "number" ? found : null;
}

/** A value as a finite number, also from text; null where it is none. */
export function numberOf(value: Value | undefined): number | null {
  const found = comparedNumberOf(value);
  return found !== null && Number.isFinite(found) ? found : null;
}

/**
 * A single value as text, with its digits; null for lists, objects and bytes. `String()` would recurse into those, and
 * call a `toString` that may be a field of the payload.
 */
export function scalarText(value: Value): string | null {
  if (typeof value === "string") return value;
  if (value instanceof ExactNumber) return value.digits;
  if (typeof value === "object" && value !== null) return null;
  return Object.is(value, -0) ? "-0" : String(value);
}
