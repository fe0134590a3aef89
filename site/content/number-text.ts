import { scalarText, type Value } from "./value.ts";

/** The most digits after the point that Intl shows. */
const MOST_DIGITS = 20;
const DECIMAL = /^-?\d{1,60}(?:\.(\d{1,60}))?$/;

const known = new Map<string, Intl.NumberFormat>();

/**
 * Formats a number in a language, with `digits` after the point or as many as it arrived with. Null where the value is
 * no number or has an exponent.
 */
export function formatNumber(value: Value, language: string, digits?: number): string | null {
  const decimal = DECIMAL.exec(scalarText(value)?.trim() ?? "");
  if (decimal === null) return null;
  const [text, fraction = ""] = decimal;
  const shown = digits ?? Math.min(fraction.length, MOST_DIGITS);
  // As text, since a double would lose digits (Intl.NumberFormat v3 accepts both).
  return numberFormat(language, shown).format(text as unknown as number);
}

function numberFormat(language: string, digits: number): Intl.NumberFormat {
  const name = `${language} ${digits}`;
  const found = known.get(name);
  if (found !== undefined) return found;
  const made = new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  known.set(name, made);
  return made;
}
