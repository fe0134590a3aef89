import { ExactNumber, type Value } from "./value.ts";

/**
 * A number that a double may not keep: its fraction ends in 0 or begins with six of them, it has an exponent, or
 * is -0. It finds some that are none, also in strings: what it finds is looked at once more. Neither it nor
 * `LONG` looks behind or repeats a digit by count: both would take longer than `JSON.parse` itself.
 */
const SUSPECT = /\.(?:\d*0[,\]}\s]|000000)|[eE][-+]?\d+[,\]}\s]|-0[,\]}\s]/;
/** 16 digits, or 15 and a dot: beyond 15 a double may not keep them. */
const LONG = new RegExp("[\\d.]".repeat(16));
/** A number of JSON (RFC 8259, section 6) where a value may stand. */
const NUMBERS = /(?<=^|[[:,\s])-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?=[\s,\]}]|$)/g;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;

/**
 * Reads JSON as `JSON.parse` does, and keeps each number's digits where a double would change them.
 * @throws SyntaxError where the text isn't JSON
 */
export function parseJson(text: string): Value {
  const value = JSON.parse(text) as Value;
  const isSuspect = typeof value === "number" || SUSPECT.test(text) || LONG.test(text);
  return isSuspect && losesDigits(text) ? readExactly(text) : value;
}

/** Whether a double keeps the digits of a number as it was written. */
function isKept(digits: string): boolean {
  return String(Number(digits)) === digits;
}

function losesDigits(text: string): boolean {
  for (const [digits] of text.matchAll(NUMBERS)) if (!isKept(digits)) return true;
  return false;
}

/** An object or a list that is being read, and the field that is next. */
interface Open {
  readonly list: Value[] | null;
  readonly fields: { [field: string]: Value };
  name: string | null;
}

/** Reads a text that is known to be JSON; with a stack of its own, since it may be nested deeper than the engine's. */
function readExactly(text: string): Value {
  const open: Open[] = [];
  let root: Value = null;
  let at = 0;
  const put = (value: Value) => {
    const parent = open.at(-1);
    if (parent === undefined) root = value;
    else if (parent.list !== null) parent.list.push(value);
    else setField(parent.fields, parent.name ?? "", value);
    if (parent !== undefined) parent.name = null;
  };
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === "{" || character === "[") {
      const list: Value[] | null = character === "[" ? [] : null;
      const fields = {};
      put(list ?? fields);
      open.push({ list, fields, name: null });
      at += 1;
    } else if (character === "}" || character === "]") {
      open.pop();
      at += 1;
    } else if (character === '"') {
      const end = endOfString(text, at);
      const parent = open.at(-1);
      const string = stringOf(text, at, end);
      if (parent !== undefined && parent.list === null && parent.name === null) parent.name = string;
      else put(string);
      at = end;
    } else if (character === "t" || character === "f" || character === "n") {
      put(character === "n" ? null : character === "t");
      at += character === "f" ? 5 : 4;
    } else if (character === "-" || (character >= "0" && character <= "9")) {
      NUMBER.lastIndex = at;
      const digits = NUMBER.exec(text)?.[0] ?? character;
      put(isKept(digits) ? Number(digits) : new ExactNumber(digits));
      at += digits.length;
    } else {
      // A blank, a comma or a colon.
      at += 1;
    }
  }
  return root;
}

/** Sets a field as JSON.parse does: `__proto__` is a field like any other, and reaches no prototype. */
export function setField(fields: { [field: string]: Value }, name: string, value: Value): void {
  if (name === "__proto__") {
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    fields[name] = value;
  }
}

/** Where the string that begins at `start` is over: behind its closing quote. */
function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}

function stringOf(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1);
  return inner.includes("\\") ? (JSON.parse(text.slice(start, end)) as string) : inner;
}
