import { base64Of } from "./base64.ts";
import { ExactNumber, type Fields, isFields, isList, type Value } from "./value.ts";

export interface WriteOptions {
  /** Spaces per level; 0, the default, writes one line. */
  readonly indent?: number;
  /** The text is cut at this length. */
  readonly maxCharacters?: number;
}

/** A value as JSON text, and whether it was cut. */
export interface Written {
  readonly text: string;
  readonly isCut: boolean;
}

/** Deeper levels aren't indented further: indenting 500 levels would make a thousand times the payload. */
const DEEPEST_INDENT = 32;

/** A list or an object that is being written. */
interface Open {
  readonly items: readonly Value[];
  /** The names of an object's fields; null for a list. */
  readonly names: readonly string[] | null;
  next: number;
}

/**
 * Writes a value as JSON, with the digits of numbers and with bytes as base64. It never throws and doesn't recurse:
 * `JSON.stringify` overflows the stack with values that `JSON.parse` reads.
 */
export function writeJson(value: Value, options: WriteOptions = {}): Written {
  const { indent = 0, maxCharacters = Number.POSITIVE_INFINITY } = options;
  const parts: string[] = [];
  const open: Open[] = [];
  let length = 0;
  const put = (text: string) => {
    parts.push(text);
    length += text.length;
  };
  const line = () => {
    if (indent > 0) put(`\n${" ".repeat(indent * Math.min(open.length, DEEPEST_INDENT))}`);
  };
  const begin = (item: Value) => {
    const opened = openOf(item);
    if (opened === null) {
      put(leaf(item, maxCharacters - length));
    } else if (opened.items.length === 0) {
      put(opened.names === null ? "[]" : "{}");
    } else {
      put(opened.names === null ? "[" : "{");
      open.push(opened);
    }
  };
  begin(value);
  for (let top = open.at(-1); top !== undefined && length <= maxCharacters; top = open.at(-1)) {
    if (top.next === top.items.length) {
      open.pop();
      line();
      put(top.names === null ? "]" : "}");
      continue;
    }
    if (top.next > 0) put(",");
    line();
    const name = top.names?.[top.next];
    if (name !== undefined) put(`${JSON.stringify(name)}:${indent > 0 ? " " : ""}`);
    const item = top.items[top.next] ?? null;
    top.next += 1;
    begin(item);
  }
  const text = parts.join("");
  return text.length > maxCharacters
    ? { text: wholeCharacters(text, maxCharacters), isCut: true }
    : { text, isCut: false };
}

/** The first `most` characters of a text, without half of a surrogate pair. */
export function wholeCharacters(text: string, most: number): string {
  const code = text.charCodeAt(most - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? most - 1 : most);
}

/** A text, cut to `most` characters and … if it is longer. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${wholeCharacters(text, most)}…`;
}

/** The default length to which keys are shortened. */
const KEY_CHARACTERS = 300;

/** A key, shortened in its middle: many keys differ only at their end. */
export function shortenedKey(key: string, most = KEY_CHARACTERS): string {
  if (key.length <= most) return key;
  const end = key.slice(-Math.floor(most / 2)).replace(/^[\udc00-\udfff]/, "");
  return `${wholeCharacters(key, Math.ceil(most / 2))}…${end}`;
}

function openOf(value: Value): Open | null {
  if (isList(value)) return { items: value, names: null, next: 0 };
  if (!isFields(value)) return null;
  const fields: Fields = value;
  const names = Object.keys(fields);
  return { items: names.map((name) => fields[name] ?? null), names, next: 0 };
}

function leaf(value: Value, room: number): string {
  if (value instanceof ExactNumber) return value.digits;
  // Encodes no more bytes than there is room for: 3 bytes make 4 characters.
  if (value instanceof Uint8Array) {
    return `"${base64Of(room < value.length ? value.subarray(0, Math.max(0, room)) : value)}"`;
  }
  // NaN and Infinity, from other encodings: written as in protobuf's JSON.
  if (typeof value === "number" && !Number.isFinite(value)) return `"${value}"`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "string" && value.length > room) {
    return JSON.stringify(wholeCharacters(value, Math.max(1, room + 1)));
  }
  return JSON.stringify(value);
}
