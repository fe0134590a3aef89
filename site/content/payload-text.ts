import { forgivingUtf8, KEPT_BYTES, type Reading } from "./reading.ts";
import { type WriteOptions, wholeCharacters, writeJson } from "./write-json.ts";

/** A payload as text: as it arrived if it is text, else its decoded value, else its bytes through `ofBytes`. */
export function payloadText(
  { raw, value }: Pick<Reading, "raw" | "value">,
  ofBytes: (raw: Uint8Array) => string,
  options?: WriteOptions,
): string {
  if (typeof raw === "string") return raw;
  if (typeof value === "string") return value;
  return value === undefined || value instanceof Uint8Array ? ofBytes(raw) : writeJson(value, options).text;
}

/** The beginning of a payload as text: `most` characters, or `most` bytes, where � replaces what isn't UTF-8. */
export function previewOf(raw: Reading["raw"], most = KEPT_BYTES): string {
  if (typeof raw === "string") return wholeCharacters(raw, most);
  return forgivingUtf8.decode(raw.subarray(0, most));
}

/** The kept bytes of a payload. */
export function bytesOf(raw: Reading["raw"]): Uint8Array {
  return typeof raw === "string" ? new TextEncoder().encode(raw) : raw;
}
