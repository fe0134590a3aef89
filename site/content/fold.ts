import type { ExactNumber } from "./value.ts";

const ASCII_ONLY = /^[\0-\x7f]*$/;

/** A text as it is compared: neither case nor accents nor the Unicode form (NFC, NFD) nor the kind of quotation marks matter. */
export function fold(text: string): string {
  if (ASCII_ONLY.test(text)) return text.toLowerCase();
  // Which of the two lower sigmas a letter becomes depends on what stands beside it, which a search can't know.
  const plain = text.replace(/[“”„‟]/g, '"').replace(/[‘’‚‛]/g, "'");
  return plain.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ς", "σ");
}

/** Longer ones are compared as doubles: reading a million digits as one number takes longer than a frame. */
const WHOLE = /^-?\d{1,400}$/;

/** Compares two numbers, by their digits where both are whole: as doubles, two ids could be one. NaN where neither tells. */
export function compareNumbers(one: number | ExactNumber | string, other: typeof one): number {
  const difference = Number(one) - Number(other);
  if (difference !== 0 && !Number.isNaN(difference)) return difference;
  const [left, right] = [String(one).trim(), String(other).trim()];
  return WHOLE.test(left) && WHOLE.test(right) ? Number(BigInt(left) - BigInt(right)) : difference;
}
