import { scalarText, type Value } from "./value.ts";

/** Digits behind the point, as many as Intl shows. */
const MOST_DIGITS = 20;
const DECIMAL = /^-?\d{1,60}(?:\.(\d{1,60}))?$/;

const known = new Map<string, Intl.NumberFormat>();

/**
 * A number in a language, exactly: with `digits` behind the point, or with those that came. Null for what is no
 * number, or one that is written with an exponent: that is shown as it came.
 */
export function formatNumber(value: Value, language: string, digits?: number): string | null {
  const decimal = DECIMAL.exec(scalarText(value)?.trim() ?? "");
  if (decimal === null) return null;
  const [text, fraction = ""] = decimal;
  const shown = digits ?? Math.min(fraction.length, MOST_DIGITS);
  // As a text: as a double it would lose what it came with (Intl.NumberFormat v3 takes both).
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
