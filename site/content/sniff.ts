/** How the usual files begin; `null` is any byte. */
const BEGINNINGS: readonly (readonly [mediaType: string, bytes: readonly (number | null)[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
  ["image/webp", [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50]],
  ["image/avif", [null, null, null, null, 0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66]],
  ["application/pdf", [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ["application/gzip", [0x1f, 0x8b]],
  ["application/zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["application/zip", [0x50, 0x4b, 0x03, 0x04]],
];

/** What bytes most likely are, by how they begin (WHATWG, MIME Sniffing, section 6); null where they don't tell. */
export function mediaTypeOf(bytes: Uint8Array): string | null {
  const found = BEGINNINGS.find(
    ([, beginning]) =>
      bytes.length >= beginning.length &&
      beginning.every((byte, index) => byte === null || byte === bytes[index]),
  );
  return found?.[0] ?? null;
}
