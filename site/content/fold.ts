const ASCII_ONLY = /^[\0-\x7f]*$/;

/** Normalises a text for comparison: ignores case, accents, Unicode form (NFC, NFD) and the kind of quotation marks. */
export function fold(text: string): string {
  if (ASCII_ONLY.test(text)) return text.toLowerCase();
  // Lower-casing Σ gives σ or ς depending on its neighbours, which a search term may lack.
  const plain = text.replace(/[“”„‟]/g, '"').replace(/[‘’‚‛]/g, "'");
  return plain.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ς", "σ");
}

/** Integers with more digits than a double keeps, such as 64-bit ids; parsing a million would outlast a frame. */
const LONG_WHOLE = /^\s*[-+]?\d{16,400}\s*$/;

/** A long integer as a BigInt; null for any other text. */
export function longWholeOf(text: string): bigint | null {
  return LONG_WHOLE.test(text) ? BigInt(text) : null;
}

/** Compares two numbers, long integers by all digits: negative, 0 or positive, NaN if they can't be compared. */
export function compareNumbers(one: string, other: string): number {
  const difference = Number(one) - Number(other);
  if (difference) return difference;
  const [left, right] = [longWholeOf(one), longWholeOf(other)];
  return left === null || right === null ? difference : Number(left - right);
}
