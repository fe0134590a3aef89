import { parseJson } from "./exact-json.ts";
import { detailOf, type Problem } from "./problem.ts";
import type { Value } from "./value.ts";

/**
 * Payloads beyond this are not read: one of them would hold the page up for longer than a frame. It is what a
 * server takes unless its operator says otherwise (`max_payload`).
 */
export const MAX_READ_BYTES = 1024 * 1024;
/** How much of a payload that isn't read is kept to be looked at. */
export const KEPT_BYTES = 4096;

/** What a payload turned out to be. */
export type PayloadKind = "json" | "text" | "bytes" | "msgpack" | "cbor" | "protobuf";

/** A payload that was read; holds nothing of the network's buffers. */
export interface Reading {
  readonly kind: PayloadKind;
  /** What it says; undefined where it couldn't be read, or was too large to be. */
  readonly value: Value | undefined;
  /** As it came: its text where it is UTF-8, else its bytes. */
  readonly raw: string | Uint8Array;
  /** Whether `raw` is only the beginning. */
  readonly isCut: boolean;
  /** Why it isn't what the feed says it is; null where it is. */
  readonly problem: Problem | null;
}

/** Reads one payload; never throws. */
export type PayloadReader = (data: Uint8Array) => Reading;

// A byte order mark stays: `raw` is the payload as it came.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Reads whatever comes as text: what isn't UTF-8 is marked as damaged. */
export const forgivingUtf8 = new TextDecoder("utf-8");
const BYTE_ORDER_MARK = 0xfeff;
/** Stands for what isn't UTF-8. */
const DAMAGE = "\ufffd";
/** What no text has: it has tabs, ends of lines and pages, and codes for a terminal (ESC). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters
const NO_TEXT = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/;
/** Shorter ones that end within a character may be a number: of eight bytes, or two such of four. */
const LEAST_CUT_BYTES = 9;

/** JSON where it is JSON, else text, else bytes: everything is an event. */
export const readAuto = bounded(false, (data) => {
  const exact = textOf(data);
  const text = exact ?? cutTextOf(data);
  if (text === null) return readBytes(data);
  try {
    return asJson(text);
  } catch {
    return NO_TEXT.test(text) ? readBytes(data) : asText(text, exact ?? data.slice());
  }
});

/** Whether bytes begin as what `readAuto` doesn't read: a map or a list of MessagePack, of up to 15, 2^16, 2^32 things. */
export function mayBeMore({ 0: first = 0 }: Uint8Array): boolean {
  return (first & 0xe0) === 0x80 || (first >= 0xdc && first <= 0xdf);
}

/** JSON, and nothing else is an event. */
export const readJson = bounded(true, (data) => {
  const text = textOf(data);
  if (text === null) return wrong("json", data.slice(), { reason: "not-utf8", field: "payload" });
  if (text === "") return wrong("json", text, { reason: "empty", field: "payload" });
  try {
    return asJson(text);
  } catch (error) {
    return wrong("json", text, { reason: "not-json", field: "payload", detail: detailOf(error) });
  }
});

/** Text as it stands, also where it looks like JSON; what isn't UTF-8 in it is marked as damaged. */
export const readText = bounded(false, (data) => {
  const text = textOf(data);
  return asText(text ?? forgivingUtf8.decode(data), text ?? data.slice());
});

/** Bytes, whatever they are. */
export const readBytes = bounded(false, (data) => {
  // A copy: the network's own buffer is larger, and would be kept whole.
  const bytes = data.slice();
  return { kind: "bytes", value: bytes, raw: bytes, isCut: false, problem: null };
});

/** A reader of what isn't too large to be read; of what is it keeps the beginning. */
export function bounded(isRefused: boolean, read: PayloadReader): PayloadReader {
  return (data) => {
    const bytes = data.length;
    if (bytes <= MAX_READ_BYTES) return read(data);
    const problem: Problem | null = isRefused ? { reason: "too-large", field: "payload", bytes } : null;
    return { kind: "bytes", value: undefined, raw: data.slice(0, KEPT_BYTES), isCut: true, problem };
  };
}

function textOf(data: Uint8Array): string | null {
  try {
    return utf8.decode(data);
  } catch {
    return null;
  }
}

/** A text that was cut within its last character, as one of so many bytes is; null for all else. */
function cutTextOf(data: Uint8Array): string | null {
  if (data.length < LEAST_CUT_BYTES) return null;
  // It keeps the beginning of a character; what is none is damage at once, and costs less than an error.
  const text = new TextDecoder("utf-8").decode(data, { stream: true });
  return text.includes(DAMAGE) ? null : text + DAMAGE;
}

/** @throws SyntaxError where it is none, as a text that was cut */
function asJson(text: string): Reading {
  const value = parseJson(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  return { kind: "json", value, raw: text, isCut: false, problem: null };
}

function asText(text: string, raw: Reading["raw"]): Reading {
  return { kind: "text", value: text, raw, isCut: false, problem: null };
}

/** What couldn't be read, and why. */
export function wrong(kind: PayloadKind, raw: string | Uint8Array, problem: Problem): Reading {
  return { kind, value: undefined, raw, isCut: false, problem };
}
