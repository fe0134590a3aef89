/** A number as it is written, and as it decides the words beside it. */
export interface Count {
  readonly value: number;
  readonly text: string;
}

/** The forms of a word; a language may need more of them than these two, and then takes `other`. */
interface Forms {
  readonly one: string;
  readonly other: string;
}

/** Picks a language's form of a word for a number, and puts the number where the form has `#`. */
export function pluralsOf(language: string): (count: Count, forms: Forms) => string {
  const rules = new Intl.PluralRules(language);
  return ({ value, text }, { one, other }) =>
    (rules.select(value) === "one" ? one : other).replace("#", text);
}
