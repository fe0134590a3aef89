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
/** What Python and others write for numbers that JSON has not, where a value may stand; also in strings. */
const NO_NUMBERS = /(?<=[[:,\s])(?:NaN|-?Infinity)(?=\s*[,\]}])/g;
/** A bracket, a string, or whatever else stands between blanks, commas and colons. */
const TOKENS = /[[\]{}]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,:[\]{}"]+/g;

/**
 * Reads JSON as `JSON.parse` does, and keeps each number's digits where a double would change them; NaN and Infinity are
 * numbers too.
 * @throws SyntaxError where the text isn't JSON
 */
export function parseJson(text: string): Value {
  let value: Value;
  try {
    value = JSON.parse(text) as Value;
  } catch (error) {
    const withNumbers = text.replace(NO_NUMBERS, "0");
    if (withNumbers === text) throw error;
    JSON.parse(withNumbers);
    return readExactly(text);
  }
  const isSuspect = typeof value === "number" || SUSPECT.test(text) || LONG.test(text);
  return isSuspect && losesDigits(text) ? readExactly(text) : value;
}

/** Whether a double keeps the digits of a number as it was written. */
function keepsDigits(digits: string): boolean {
  return String(Number(digits)) === digits;
}

/** Most that is suspect is an id in a string: to look costs a part of what it costs to read all in JavaScript. */
function losesDigits(text: string): boolean {
  for (const [digits] of text.matchAll(NUMBERS)) if (!keepsDigits(digits)) return true;
  return false;
}

/** An object or a list that is being read, and the name of the field that is next. */
interface Open {
  readonly into: Value[] | { [field: string]: Value };
  name: string | null;
}

/** Reads a text that is known to be such JSON; with a stack of its own, since it may be nested deeper than the engine's. */
function readExactly(text: string): Value {
  const root: Value[] = [];
  const above: Open[] = [];
  let open: Open = { into: root, name: null };
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "}" || token === "]") {
      open = above.pop() ?? open;
      continue;
    }
    const inner = token === "{" ? {} : token === "[" ? [] : null;
    const value = inner ?? valueOfToken(token);
    if (Array.isArray(open.into)) open.into.push(value);
    else if (open.name === null) open.name = String(value);
    else {
      setField(open.into, open.name, value);
      open.name = null;
    }
    if (inner === null) continue;
    above.push(open);
    open = { into: inner, name: null };
  }
  return root[0] ?? null;
}

function valueOfToken(token: string): Value {
  if (token.startsWith('"') && !token.includes("\\")) return token.slice(1, -1);
  if (/^["tfn]/.test(token)) return JSON.parse(token) as Value;
  return keepsDigits(token) ? Number(token) : new ExactNumber(token);
}

/** Sets a field as JSON.parse does: `__proto__` is a field like any other, and reaches no prototype. */
export function setField(fields: { [field: string]: Value }, name: string, value: Value): void {
  if (name === "__proto__") {
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    fields[name] = value;
  }
}
