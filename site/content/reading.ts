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
/** Those of the controls that texts have as frames and separators: FIX (SOH), ASTM (STX, ETX), HL7 (FS), GS1 (GS, RS, US, EOT at its end). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters
const FRAMES = /[\x01-\x04\x07\b\x17\x1a\x1c-\x1f]/;
/**
 * Those that no text has: it has tabs, ends of lines and pages, and codes for a terminal (ESC) beside the frames in their
 * places: STX and ETX about lines or all of it, a bell (BEL) at a line's or a title's end, steps back (BS), ETB before a
 * frame's sum, and SUB at its end.
 */
const NO_TEXT =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters
  /[\0\x05\x06\x0e-\x16\x18\x19\x7f]|[^\r\n\x03]\x02|(?<!\x02[^\x03]*|[\r\n])\x03|(?<!\x1b\][^\x07]{0,99})\x07(?![\x07\s]|$)|(?<!\x08)\x08(?!\x08)|\x17(?![\dA-F]{2}\r)|\x1a(?!$)/;
/** How a text with frames is: it doesn't begin as a protobuf or a few numbers do, whose lengths and small figures are such controls too. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters
const FRAMED_TEXT = /^[\x02\v\x1b]?[ -\ufffc]{3}[^\x04]{4,}\x04?$/;
/** Frames that stand so close that nothing is in them; fields between separators may be empty. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters
const CROWDED = /(?:[\x01-\x03][^\x01-\x03]?){3}/;
/** Nor where it isn't UTF-8: controls beside the frames of HL7 and ASTM and a terminal's codes, and what Windows-1252 has no sign for. */
const NO_LEGACY =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters
  /[\x01\x04\x07\x08\x17\x1a\x1d-\x1f\x81\x8d\x8f\x90\x9d]|[^\r\n]\v|\x1b(?![[\](])|\x1c(?!\r)/;
/** How it begins then: with a letter of its own only in a word. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about control characters
const LEGACY_BEGINNING = /^(?:[\x02\t-\v\r\x1b -\ufffc]|\ufffd\p{L}*\s)/u;
/** Hardly anything but JSON begins as it does. */
const JSON_BEGINNING = /^\s*(?:\{\s*"|\[\s*["{[\d-])/;
/** A letter or a figure of Windows-1252, or what isn't UTF-8 where no word, space or quote is beside it, nor the end; no word has four in a row. */
const NO_WORD = /(?<![\s\p{L}\ufffd"])[²-¹»-ÿ\ufffd]+(?![\s\p{L}\ufffd"]|$)|[\x80-ÿ]{4}/u;
/** Of so many characters one may be such a letter. */
const LEAST_PER_FOREIGN = 8;
/** Longer than so many characters is such a text: eight bytes may be a number. */
const LEAST_LEGACY = 10;
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
  return !NO_TEXT.test(text) && (!FRAMES.test(text) || (FRAMED_TEXT.test(text) && !CROWDED.test(text)));
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
export function legacyTextOf(data: Uint8Array): string | null {
  // Most of what is none begins like it: a megabyte of it isn't gone through.
  if (data.length > BEGINNING_BYTES && forgivenTextOf(data.subarray(0, BEGINNING_BYTES)) === null)
    return null;
  const forgiven = forgivenTextOf(data);
  if (forgiven === null || mediaTypeOf(data) !== null) return null;
  const text = /[\x80-\ufffc]/.test(forgiven) ? forgiven : windows1252.decode(data);
  const isNone =
    NO_TEXT.test(text) || NO_LEGACY.test(text) || (!JSON_BEGINNING.test(text) && NO_WORD.test(text));
  return isNone ? null : text;
}

/** Text in which what isn't UTF-8 is rare; null for all else. */
function forgivenTextOf(data: Uint8Array): string | null {
  const text = forgivingUtf8.decode(data);
  let foreign = 0;
  for (let at = text.indexOf("\ufffd"); at >= 0; at = text.indexOf("\ufffd", at + 1)) foreign += 1;
  if (foreign * LEAST_PER_FOREIGN > text.length) return null;
  if (JSON_BEGINNING.test(text)) return text;
  // No letter of UTF-8 or Windows-1252 begins with bytes that MessagePack and CBOR begin with.
  const begins = ((data[0] ?? 0) & 0xc0) !== 0x80 && LEGACY_BEGINNING.test(text);
  return begins && text.length > LEAST_LEGACY && (!FRAMES.test(text) || FRAMED_TEXT.test(text)) ? text : null;
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
