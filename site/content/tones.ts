import type { Tone, ToneRule } from "../../contract/column.ts";
import { isSo, parseCondition } from "../../contract/condition.ts";
import { comparedNumberOf, scalarText, type Value } from "./value.ts";

/** The usual words of work and of trouble, in any spelling. */
const WORDS: readonly (readonly [Tone, RegExp])[] = [
  ["active", /^(?:in_progress|running|started|pending|processing|under_review)$/],
  ["good", /^(?:completed?|done|ok|success|succeeded|healthy|up|adopted)$/],
  ["warn", /^(?:warn|warning|degraded)$/],
  ["bad", /^(?:failed|failure|error|fatal|critical|rejected|cancell?ed|down)$/],
];

/** The tone of a status word; neutral for words that the page doesn't know. */
export function toneOfWord(word: string): Tone {
  const plain = word
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  return WORDS.find(([, words]) => words.test(plain))?.[0] ?? "neutral";
}

/** Gives a value its tone: that of the first rule that holds, null where none does. */
type ToneTest = (value: Value) => Tone | null;

/** Makes the test of a column's rules. */
export function toneTest(rules: readonly ToneRule[] | undefined): ToneTest {
  const conditions = (rules ?? []).flatMap(({ when, tone }) => {
    const condition = parseCondition(when);
    return condition === null ? [] : [{ condition, tone }];
  });
  return (value) => {
    const text = scalarText(value);
    if (text === null) return null;
    const number = comparedNumberOf(value);
    return conditions.find(({ condition }) => isSo(condition, text, number))?.tone ?? null;
  };
}
