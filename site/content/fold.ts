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
const DIGITS = /^\s*([-+]?\d{0,400})(?:\.(\d{1,400}))?(?:e([-+]?\d{1,3}))?\s*$/i;

/** A number as it was sent. */
type Written = number | ExactNumber | string;

/** Whether a number can be told from others by its digits. */
export function hasDigits(written: Written): boolean {
  return DIGITS.test(String(written));
}

/** Compares two numbers, by their digits where they are not too many: as doubles, two ids could be one. NaN where nothing tells. */
export function compareNumbers(one: Written, other: Written): number {
  const difference = Number(one) - Number(other);
  if (difference !== 0 && !Number.isNaN(difference)) return difference;
  if (typeof one === "number" && typeof other === "number") return difference;
  const [left, right] = [DIGITS.exec(String(one)), DIGITS.exec(String(other))];
  if (left === null || right === null) return difference;
  const least = Math.min(powerOf(left), powerOf(right));
  return Number(wholeOf(left, least) - wholeOf(right, least));
}

/** The power of ten of a number's last digit. */
function powerOf([, , fraction = "", power = "0"]: RegExpExecArray): number {
  return Number(power) - fraction.length;
}

/** A number as so many of a power of ten. */
function wholeOf(digits: RegExpExecArray, power: number): bigint {
  const [, whole = "", fraction = ""] = digits;
  return BigInt(whole + fraction + "0".repeat(powerOf(digits) - power));
}
