const PER_LINE = 16;

/** One line of a hex dump: where it begins, its bytes, and what of them is readable. */
export interface HexLine {
  readonly offset: string;
  readonly bytes: string;
  readonly text: string;
}

/** The first bytes as a hex dump (as `xxd` writes it), up to so many lines. */
export function hexLines(bytes: Uint8Array, maxLines: number): readonly HexLine[] {
  const lines: HexLine[] = [];
  for (let at = 0; at < bytes.length && lines.length < maxLines; at += PER_LINE) {
    const some = [...bytes.subarray(at, at + PER_LINE)];
    lines.push({
      offset: at.toString(16).padStart(6, "0"),
      bytes: some.map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
      text: some.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join(""),
    });
  }
  return lines;
}
