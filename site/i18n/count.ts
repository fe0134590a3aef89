/** A number with its formatted text; the value decides plural forms. */
export interface Count {
  readonly value: number;
  readonly text: string;
}

/** The plural forms of a word. For languages with more than two forms, `other` covers the rest. */
interface Forms {
  readonly one: string;
  readonly other: string;
}

/** Returns a function that picks the plural form for a number, and replaces `#` with the number. */
export function pluralsOf(language: string): (count: Count, forms: Forms) => string {
  const rules = new Intl.PluralRules(language);
  return ({ value, text }, { one, other }) =>
    (rules.select(value) === "one" ? one : other).replace("#", text);
}
