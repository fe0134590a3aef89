import type { Tone, ToneRule } from "../../contract/column.ts";
import { matches, parseCondition } from "../../contract/condition.ts";
import { comparedNumberOf, scalarText, type Value } from "./value.ts";

/** Common status words by tone. */
const WORDS: readonly (readonly [Tone, RegExp])[] = [
  ["active", /^(?:in_progress|running|started|pending|processing|under_review)$/],
  ["good", /^(?:completed?|done|ok|success|succeeded|healthy|up|adopted)$/],
  ["warn", /^(?:warn|warning|degraded)$/],
  ["bad", /^(?:failed|failure|error|fatal|critical|rejected|cancell?ed|down)$/],
];

/** The tone of a status word, in any case and spelled with spaces, `-` or `_`; neutral for unknown words. */
export function toneOfWord(word: string): Tone {
  const plain = word
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  return WORDS.find(([, words]) => words.test(plain))?.[0] ?? "neutral";
}

/** The tone of a value: that of the first rule that holds; null where none holds. */
type ToneTest = (value: Value) => Tone | null;

/** Makes the test of a column's tone rules. */
export function toneTest(rules: readonly ToneRule[] | undefined): ToneTest {
  const conditions = (rules ?? []).flatMap(({ when, tone }) => {
    const condition = parseCondition(when);
    return condition === null ? [] : [{ condition, tone }];
  });
  return (value) => {
    const text = scalarText(value);
    if (text === null) return null;
    const number = comparedNumberOf(value);
    return conditions.find(({ condition }) => matches(condition, text, number))?.tone ?? null;
  };
}
