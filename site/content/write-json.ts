import { base64Of } from "./base64.ts";
import { ExactNumber, type Fields, isFields, isList, type Value } from "./value.ts";

export interface WriteOptions {
  /** Spaces for each level; none, the default, writes one line. */
  readonly indent?: number;
  /** Beyond as many characters it is cut. */
  readonly maxCharacters?: number;
}

/** A value as text, and whether it had to be cut. */
export interface Written {
  readonly text: string;
  readonly isCut: boolean;
}

/** Deeper levels are written as far in as this one: 500 levels of indentation would be a thousand times the payload. */
const DEEPEST_INDENT = 32;

/** A list or an object of which some is written. */
interface Open {
  readonly items: readonly Value[];
  /** Their names, in an object. */
  readonly names: readonly string[] | null;
  next: number;
}

/**
 * Writes a value as JSON, numbers with the digits that came, bytes as base64. It never throws and needs no stack:
 * `JSON.stringify` dies of what `JSON.parse` reads.
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

/** The first `most` characters of a text, and never half of one that takes two places (UTF-16). */
export function wholeCharacters(text: string, most: number): string {
  const code = text.charCodeAt(most - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? most - 1 : most);
}

/** A text, or its beginning and a sign that it goes on. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${wholeCharacters(text, most)}…`;
}

/** As much of a key or of what it says is told where it is told whole. */
const KEY_CHARACTERS = 300;

/** A key, or its beginning and its end: many differ in their end alone. */
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
  // 4 characters of base64 are 3 bytes: more than there is room for needn't be encoded.
  if (value instanceof Uint8Array) {
    return `"${base64Of(room < value.length ? value.subarray(0, Math.max(0, room)) : value)}"`;
  }
  // Other encodings have numbers that JSON has not; protobuf's own JSON writes them like this.
  if (typeof value === "number" && !Number.isFinite(value)) return `"${value}"`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "string" && value.length > room) {
    return JSON.stringify(wholeCharacters(value, Math.max(1, room + 1)));
  }
  return JSON.stringify(value);
}
