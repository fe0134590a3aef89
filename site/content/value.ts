/**
 * A number as it was written, where a double would change its digits: beyond 2^53, `1.10`, `1e400`, `-0`.
 * It is shown, copied, exported, searched and keyed by its digits, and reckoned with as a double; compared as one too, or by
 * all its digits where it is a long whole one.
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

/** Fields by name, as a JSON object or a map of another encoding has them. */
export type Fields = { readonly [field: string]: Value };

/** What a payload says, whatever its encoding: JSON's values, numbers with their digits, and bytes. */
export type Value = null | boolean | number | string | ExactNumber | Uint8Array | readonly Value[] | Fields;

/** Whether a value has fields: readers make no others than plain objects, and this is asked of every message. */
export function isFields(value: Value | undefined): value is Fields {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Whether a value is a list; `Array.isArray` doesn't narrow a readonly one. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** What kind of value it is, in JSON's words; `bytes` are its only addition. */
export function typeOf(value: Value | undefined): string {
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (isList(value)) return "array";
  if (value instanceof ExactNumber) return "number";
  return value instanceof Uint8Array ? "bytes" : typeof value;
}

/** What is a number where it is sent as a text, wherever one is asked for: to be compared, sorted, drawn or formatted. */
const NUMBER_TEXT = /^\s*[-+]?(?:(?:\d+|\d*\.\d+)(?:[eE][-+]?\d+)?|Infinity)\s*$/;

/** Whether a text can be compared by size. */
export function isNumberText(text: string): boolean {
  return NUMBER_TEXT.test(text);
}

/** A value as it is compared by size, also where it is sent as a text: NaN and Infinity as they are; null for what is no number. */
export function comparedNumberOf(value: Value | undefined): number | null {
  const isWritten = typeof value === "string" ? isNumberText(value) : value instanceof ExactNumber;
  const found = isWritten ? Number(value) : value;
  return typeof found === "number" ? found : null;
}

/** A value as a number, also where it is sent as a text; null where it is none that can be reckoned with. */
export function numberOf(value: Value | undefined): number | null {
  const found = comparedNumberOf(value);
  return found !== null && Number.isFinite(found) ? found : null;
}

/**
 * A single value as text, digits as they came; null for lists, objects and bytes. `String` of those would go as deep as
 * they are nested, and ask an object for a `toString` that may be a field of a payload.
 */
export function scalarText(value: Value): string | null {
  if (typeof value === "string") return value;
  if (value instanceof ExactNumber) return value.digits;
  if (typeof value === "object" && value !== null) return null;
  return Object.is(value, -0) ? "-0" : String(value);
}
