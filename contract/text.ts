import * as v from "valibot";

const MAX_TEXT = 200;

/** A non-empty text that fits a line. */
export const shortText = v.pipe(
  v.string("use a string"),
  v.minLength(1, "use a non-empty string"),
  v.maxLength(MAX_TEXT, `use at most ${MAX_TEXT} characters`),
);

/** One text for all languages, or one for each. */
export const localText = v.union(
  [
    v.pipe(
      shortText,
      v.transform((text) => ({ en: text, "pt-BR": text })),
    ),
    v.strictObject({ en: shortText, "pt-BR": shortText }),
  ],
  'use a string, or { "en": "…", "pt-BR": "…" }',
);

/** `a, b or c`. */
export const anyOf = (words: readonly string[]): string =>
  `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

/** One of the given words. */
export const oneOf = <const W extends readonly string[]>(words: W) =>
  v.picklist(words, `use ${anyOf(words)}`);

/** An array of at most `most` entries; `wanted` is the error for anything that isn't an array. */
export const listOf = <S extends v.GenericSchema>(schema: S, most: number, wanted: string) =>
  v.pipe(v.array(schema, wanted), v.maxLength(most, `use at most ${most} entries`));

/** A whole number within inclusive bounds. */
export const wholeBetween = (least: number, most: number) => {
  const wanted = `use a whole number from ${least} to ${most}`;
  return v.pipe(v.number(wanted), v.integer(wanted), v.minValue(least, wanted), v.maxValue(most, wanted));
};

/** `$subject` or one of its tokens, `$header.<name>`, and a message's other metadata. */
const META_PATH = /^\$(?:subject(?:\[\d+\])?|header\..+|size|time|seq|key|payload(?:[.[].+)?)$/;

/** The path of a field: `customer.address.city`, `items[0].id`, `$subject[2]`, `$header.traceparent`. */
export const path = v.pipe(
  shortText,
  v.check(
    (text) => !text.startsWith("$") || META_PATH.test(text),
    "use a field's path, or $subject, $subject[2], $header.<name>, $size, $time, $seq, $key or $payload",
  ),
);
