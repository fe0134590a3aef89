import { parseJson } from "./exact-json.ts";
import { detailOf, type Problem } from "./problem.ts";
import { mediaTypeOf } from "./sniff.ts";
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
const forgivingUtf8 = new TextDecoder("utf-8");
const windows1252 = new TextDecoder("windows-1252");
const BYTE_ORDER_MARK = 0xfeff;
/** What texts have no control characters beside: codes for a terminal (ESC), tabs and ends of lines and pages. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters
const CONTROLS = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/g;
/** How a text may begin that has others in it, or isn't UTF-8: not as a protobuf or a map does, but with the frames of HL7 (VT) and ASTM (STX). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters
const BEGINS_AS_TEXT = /^[\x02\v\x1b -\ufffc][^\0]*$/;
/** Of so many characters one may be such a control: FIX has one behind each field. */
const LEAST_PER_CONTROL = 4;
/** Of so many one may be a letter beyond ASCII where it isn't UTF-8. */
const LEAST_PER_FOREIGN = 8;
/** So much of it tells that already. */
const BEGINNING_BYTES = 256;

/** JSON where it is JSON, else text, else bytes: everything is an event. */
export const readAuto = bounded(false, (data) => {
  const exact = textOf(data);
  const text = exact ?? legacyTextOf(data);
  if (text === null) return readBytes(data);
  const raw = exact ?? data.slice();
  try {
    return { kind: "json", value: jsonOf(text), raw, isCut: false, problem: null };
  } catch {
    return isWritten(text) ? asText(text, raw) : readBytes(data);
  }
});

/** Whether it is a text, and no bytes that happen to be UTF-8. */
function isWritten(text: string): boolean {
  const controls = text.match(CONTROLS)?.length ?? 0;
  return controls === 0 || (BEGINS_AS_TEXT.test(text) && controls * LEAST_PER_CONTROL <= text.length);
}

/**
 * Whether bytes begin as what `readAuto` doesn't read: a map or a list of MessagePack, of up to 15, 2^16, 2^32 things, or
 * the byte order mark of UTF-16. Hardly any other text does.
 */
export function mayBeMore({ 0: first = 0 }: Uint8Array): boolean {
  return (first & 0xe0) === 0x80 || (first >= 0xdc && first <= 0xdf) || first >= 0xfe;
}

/** JSON, and nothing else is an event. */
export const readJson = bounded(true, (data) => {
  const text = textOf(data);
  if (text === null) return wrong("json", data.slice(), { reason: "not-utf8", field: "payload" });
  if (text === "") return wrong("json", text, { reason: "empty", field: "payload" });
  try {
    return { kind: "json", value: jsonOf(text), raw: text, isCut: false, problem: null };
  } catch (error) {
    return wrong("json", text, { reason: "not-json", field: "payload", detail: detailOf(error) });
  }
});

/** Text as it stands, also where it looks like JSON. */
export const readText = bounded(false, (data) => {
  const exact = textOf(data);
  const text = exact ?? legacyTextOf(data);
  const raw = exact ?? data.slice();
  return text === null ? wrong("text", raw, { reason: "not-utf8", field: "payload" }) : asText(text, raw);
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

/** Text that is beyond doubt one of Windows-1252, or one of UTF-8 that was cut within a character; null for all else. */
function legacyTextOf(data: Uint8Array): string | null {
  // Most of what is none begins like it: a megabyte of it isn't gone through.
  if (data.length > BEGINNING_BYTES && legacyTextOf(data.subarray(0, BEGINNING_BYTES)) === null) return null;
  const text = forgivingUtf8.decode(data);
  const lost = text.split("\ufffd").length - 1;
  const isText = BEGINS_AS_TEXT.test(text) && lost * LEAST_PER_FOREIGN <= text.length;
  if (!isText || mediaTypeOf(data) !== null) return null;
  return /[\x80-\ufffc]/.test(text) ? text : windows1252.decode(data);
}

function jsonOf(text: string): Value {
  return parseJson(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
}

function asText(text: string, raw: Reading["raw"]): Reading {
  return { kind: "text", value: text, raw, isCut: false, problem: null };
}

/** What couldn't be read, and why. */
export function wrong(kind: PayloadKind, raw: string | Uint8Array, problem: Problem): Reading {
  return { kind, value: undefined, raw, isCut: false, problem };
}
