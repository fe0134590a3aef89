/** How common file types begin, each character a byte; `?` is any byte. */
const BEGINNINGS = [
  ["image/png", "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", "\xff\xd8\xff"],
  ["image/gif", "GIF8"],
  ["image/webp", "RIFF????WEBP"],
  ["image/avif", "????ftypavif"],
  ["application/pdf", "%PDF-"],
  ["application/gzip", "\x1f\x8b"],
  ["application/zstd", "(\xb5/\xfd"],
  ["application/zip", "PK\x03\x04"],
] as const;

/** The media type of bytes by how they begin (WHATWG, MIME Sniffing, section 6); null where it is unknown. */
export function mediaTypeOf(bytes: Uint8Array): string | null {
  const found = BEGINNINGS.find(([, beginning]) =>
    [...beginning].every((sign, index) => sign === "?" || sign.charCodeAt(0) === bytes[index]),
  );
  return found?.[0] ?? null;
}
