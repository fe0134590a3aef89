/** How the usual files begin, each sign a byte; `?` is any. */
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

/** What bytes most likely are, by how they begin (WHATWG, MIME Sniffing, section 6); null where they don't tell. */
export function mediaTypeOf(bytes: Uint8Array): string | null {
  const found = BEGINNINGS.find(([, beginning]) =>
    [...beginning].every((sign, index) => sign === "?" || sign.charCodeAt(0) === bytes[index]),
  );
  return found?.[0] ?? null;
}
