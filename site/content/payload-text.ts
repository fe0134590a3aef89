import { KEPT_BYTES, legacyTextOf, type Reading } from "./reading.ts";
import { type WriteOptions, wholeCharacters, writeJson } from "./write-json.ts";

const forgivingUtf8 = new TextDecoder("utf-8");

/** A payload as text: as it came where that is one, else what it says, else its bytes as `ofBytes` has them. */
export function payloadText(
  { raw, value }: Pick<Reading, "raw" | "value">,
  ofBytes: (raw: Uint8Array) => string,
  options?: WriteOptions,
): string {
  if (typeof raw === "string") return raw;
  if (typeof value === "string") return value;
  return value === undefined || value instanceof Uint8Array ? ofBytes(raw) : writeJson(value, options).text;
}

/** The beginning of what came as text, whatever it is. */
export function previewOf(raw: Reading["raw"], most = KEPT_BYTES): string {
  if (typeof raw === "string") return wholeCharacters(raw, most);
  // Where it begins with UTF-16's mark, it may be JSON in that, which is read.
  const encoding = utf16Of(raw);
  const bytes = raw.subarray(0, most);
  if (encoding !== null) return new TextDecoder(encoding).decode(bytes);
  return legacyTextOf(bytes) ?? forgivingUtf8.decode(bytes);
}

/** The bytes of what came, as many of them as are kept. */
export function bytesOf(raw: Reading["raw"]): Uint8Array {
  return typeof raw === "string" ? new TextEncoder().encode(raw) : raw;
}

/** How UTF-16 is written that begins with its byte order mark; null where none stands there. */
export function utf16Of({ 0: first, 1: second }: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : null;
}
