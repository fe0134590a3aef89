import { expect, test } from "vitest";
import { SubjectRates } from "./subject-rates.ts";

const START = 1_000_000_000_000;
const ratesOf = (rates: SubjectRates) =>
  rates.all.map(({ subject, rate }) => [subject, rate.perSecond(START + 1000)]);

test("a feed of one subject has a rate before its first message", () => {
  expect(ratesOf(new SubjectRates("a.b", 10))).toEqual([["a.b", 0]]);
  const rates = new SubjectRates("a.b", 10);
  rates.count("a.b", START);
  expect(ratesOf(rates)).toEqual([["a.b", 1]]);
});

test.each(["a.>", "a.*", "*.b", ">"])(
  "a feed of %s has a rate for each subject that had a message",
  (wildcard) => {
    const rates = new SubjectRates(wildcard, 10);
    for (const subject of ["a.b", "a.c", "a.b"]) rates.count(subject, START);
    expect(ratesOf(rates)).toEqual([
      ["a.b", 2],
      ["a.c", 1],
    ]);
  },
);

test("with a subject per message, all are counted, but the number of rates is bounded", () => {
  const rates = new SubjectRates(">", 10);
  for (let index = 0; index < 1000; index += 1) rates.count(`thing.${index}`, START);
  const all = ratesOf(rates);
  expect(all).toHaveLength(51);
  expect(all.at(-1)).toEqual([null, 950]);
});
