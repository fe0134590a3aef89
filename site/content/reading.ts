import { parseJson } from "./exact-json.ts";
import { detailOf, type Problem } from "./problem.ts";
import type { Value } from "./value.ts";

/** Larger payloads aren't read, since one would outlast a frame; nats-server's default `max_payload` is the same. */
export const MAX_READ_BYTES = 1024 * 1024;
/** How many bytes are kept of a payload that is too large to read. */
export const KEPT_BYTES = 4096;

/** The actual encoding of a payload. */
export type PayloadKind = "json" | "text" | "bytes" | "msgpack" | "cbor" | "protobuf";

/** A payload that was read. Keeps no reference to network buffers. */
export interface Reading {
  readonly kind: PayloadKind;
  /** The decoded value; undefined where the payload couldn't be read or was too large. */
  readonly value: Value | undefined;
  /** The payload as it arrived: JSON and text in UTF-8 as a string, anything else as bytes. */
  readonly raw: string | Uint8Array;
  /** Whether `raw` is only the beginning. */
  readonly isCut: boolean;
  /** Why it isn't in the feed's encoding; null where it is. */
  readonly problem: Problem | null;
}

/** Reads one payload; never throws. */
export type PayloadReader = (data: Uint8Array) => Reading;

// Keeps a byte order mark, since `raw` is the payload as it arrived.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Decodes any bytes as text; � replaces what isn't UTF-8. */
export const forgivingUtf8 = new TextDecoder("utf-8");
const BYTE_ORDER_MARK = 0xfeff;
/** Replaces bytes that aren't UTF-8. */
const DAMAGE = "\ufffd";
/** Control characters that texts don't have; they do have tabs, line and page ends, and terminal codes (ESC). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
const NO_TEXT = /[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]/;
/** Shorter payloads that end within a character may be binary numbers, such as one of 8 bytes or two of 4. */
const LEAST_CUT_BYTES = 9;

/** Reads JSON, or else UTF-8 text, or else bytes; no payload is malformed. */
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

/** Whether bytes begin like a MessagePack map or list, which `readAuto` doesn't read. */
export function mayBeMsgpack({ 0: first = 0 }: Uint8Array): boolean {
  return (first & 0xe0) === 0x80 || (first >= 0xdc && first <= 0xdf);
}

/** Reads JSON; anything else is malformed. */
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

/** Reads text, also where it looks like JSON; � replaces what isn't UTF-8. */
export const readText = bounded(false, (data) => {
  const text = textOf(data);
  return asText(text ?? forgivingUtf8.decode(data), text ?? data.slice());
});

/** Reads any payload as bytes. */
export const readBytes = bounded(false, (data) => {
  // A copy, or the whole network buffer would stay in memory.
  const bytes = data.slice();
  return { kind: "bytes", value: bytes, raw: bytes, isCut: false, problem: null };
});

/** Limits a reader to `MAX_READ_BYTES`: of larger payloads it keeps the beginning; `isRefused` makes them malformed. */
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

/** Text that was cut within its last character by a limit of bytes, with � at its end; null for anything else. */
function cutTextOf(data: Uint8Array): string | null {
  if (data.length < LEAST_CUT_BYTES) return null;
  // With `stream`, an incomplete last character is no damage; cheaper than catching an error.
  const text = new TextDecoder("utf-8").decode(data, { stream: true });
  return text.includes(DAMAGE) ? null : text + DAMAGE;
}

/** @throws SyntaxError where the text isn't JSON */
function asJson(text: string): Reading {
  const value = parseJson(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  return { kind: "json", value, raw: text, isCut: false, problem: null };
}

function asText(text: string, raw: Reading["raw"]): Reading {
  return { kind: "text", value: text, raw, isCut: false, problem: null };
}

/** The reading of a payload that couldn't be read. */
export function wrong(kind: PayloadKind, raw: string | Uint8Array, problem: Problem): Reading {
  return { kind, value: undefined, raw, isCut: false, problem };
}
