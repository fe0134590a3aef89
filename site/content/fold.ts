const ASCII_ONLY = /^[\0-\x7f]*$/;

/** A text as it is compared: neither case nor accents nor the Unicode form (NFC, NFD) nor the kind of quotation marks matter. */
export function fold(text: string): string {
  if (ASCII_ONLY.test(text)) return text.toLowerCase();
  // Which of the two lower sigmas a letter becomes depends on what stands beside it, which a search can't know.
  const plain = text.replace(/[“”„‟]/g, '"').replace(/[‘’‚‛]/g, "'");
  return plain.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ς", "σ");
}

/** Whole numbers of more digits than a double keeps, such as ids of 64 bits; to read a million digits takes longer than a frame. */
const LONG_WHOLE = /^\s*[-+]?\d{16,400}\s*$/;

/** All digits of a long whole number; null for any other text. */
export function longWholeOf(text: string): bigint | null {
  return LONG_WHOLE.test(text) ? BigInt(text) : null;
}

/** Compares two numbers, long whole ones by all their digits: as doubles, two ids could be one. NaN where nothing tells. */
export function compareNumbers(one: string, other: string): number {
  const difference = Number(one) - Number(other);
  if (difference) return difference;
  const [left, right] = [longWholeOf(one), longWholeOf(other)];
  return left === null || right === null ? difference : Number(left - right);
}
