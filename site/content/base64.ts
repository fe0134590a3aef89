/** Few enough that they can be handed to a function as its arguments. */
const CHUNK_BYTES = 8_190;

/** Bytes as base64 (RFC 4648, section 4). */
export function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    // A multiple of three: each chunk's base64 ends without padding, but for the last one's.
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES)));
  }
  return text;
}
