import { ExactNumber, type Value } from "./value.ts";

/**
 * Finds numbers whose digits a double may change: a fraction that ends in 0 or begins with six zeros, an exponent, -0.
 * It has false positives, also in strings, which `losesDigits` sorts out. Neither this nor `LONG` uses lookbehind or
 * counted repetition, which would take longer than `JSON.parse` itself.
 */
const SUSPECT = /\.(?:\d*0[,\]}\s]|000000)|[eE][-+]?\d+[,\]}\s]|-0[,\]}\s]/;
/** 16 digits, or 15 and a dot: a double keeps only 15 for certain. */
const LONG = new RegExp("[\\d.]".repeat(16));
/** JSON numbers (RFC 8259, section 6) where a value may be. */
const NUMBERS = /(?<=^|[[:,\s])-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?=[\s,\]}]|$)/g;
/** NaN and Infinity, as Python and others write them, where a value may be; also matches in strings. */
const NO_NUMBERS = /(?<=[[:,\s])(?:NaN|-?Infinity)(?=\s*[,\]}])/g;
/** A bracket, a string, or anything else between spaces, commas and colons. */
const TOKENS = /[[\]{}]|"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,:[\]{}"]+/g;

/**
 * Parses JSON like `JSON.parse`, but numbers whose digits a double would change become `ExactNumber`. NaN and Infinity
 * are accepted.
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

/** Whether a double keeps a number's digits as written. */
function keepsDigits(digits: string): boolean {
  return String(Number(digits)) === digits;
}

/** Whether a double would change any number: most suspects are ids in strings, and `readExactly` costs more. */
function losesDigits(text: string): boolean {
  for (const [digits] of text.matchAll(NUMBERS)) if (!keepsDigits(digits)) return true;
  return false;
}

/** An object or list that is being read; `name` is the field whose value comes next. */
interface Open {
  readonly into: Value[] | { [field: string]: Value };
  name: string | null;
}

/** Reads text that is known to be valid, without recursion: it may be nested deeper than the call stack. */
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

/** Sets a field like `JSON.parse`: `__proto__` is an ordinary field and changes no prototype. */
export function setField(fields: { [field: string]: Value }, name: string, value: Value): void {
  if (name === "__proto__") {
    Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    fields[name] = value;
  }
}
