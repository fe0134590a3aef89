/** Bytes per line. */
export const HEX_LINE_BYTES = 16;

/** A hex dump of the first `maxLines` lines, as `xxd` writes it: offset, bytes, and printable ASCII. */
export function hexDump(bytes: Uint8Array, maxLines: number): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length && lines.length < maxLines; at += HEX_LINE_BYTES) {
    const some = [...bytes.subarray(at, at + HEX_LINE_BYTES)];
    const digits = some.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const text = some.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."));
    lines.push(`${at.toString(16).padStart(6, "0")}  ${digits.padEnd(47)}  ${text.join("")}`);
  }
  return lines.join("\n");
}
