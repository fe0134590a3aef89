import { expect, test } from "vitest";
import type { AlertRule } from "../../contract/alert.ts";
import type { Feed, FeedColumn } from "../../contract/feed.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formatsFor } from "../i18n/format.ts";
import { feedOf } from "../testing.ts";
import { alertWords } from "./alert-words.ts";

const wordsOf = (rule: AlertRule, trigger: { key: string; value: string } | null, feed: Partial<Feed> = {}) =>
  alertWords(
    { feed: feedOf("a", feed), rule, beganAtMs: 0, endedAtMs: null, trigger },
    "en",
    allTexts.value,
    formatsFor("en"),
  ).replaceAll("\u00a0", " ");

test.each<[AlertRule, string]>([
  [{ quietTimes: 5 }, "Quiet for more than 5 times the usual interval"],
  [{ match: "status:failed" }, "Matches status:failed: k"],
  [{ match: "x", title: { en: "Failed", "pt-BR": "Falhou" } }, "Failed: k"],
])("%j in words", (rule, expected) => {
  expect(wordsOf(rule, "match" in rule ? { key: "k", value: "v" } : null)).toBe(expected);
});

const NUMBER = { format: "number", unit: "°C" } as const;
const ROUND = { ...NUMBER, digits: 0 } as const;

test.each<[Feed["view"], Partial<FeedColumn>, string, string, string]>([
  // As the panel shows it.
  ["chart", NUMBER, ">80", "80.09461066379052", "80.09 °C"],
  ["chart", {}, ">80", "1234.5", "1,235"],
  ["chart", {}, "failed", "failed", "failed"],
  ["value", NUMBER, ">80", "80.09461066379052", "80.09461066379052 °C"],
  ["log", { ...NUMBER, digits: 2 }, ">80", "80.09461066379052", "80.09 °C"],
  ["log", {}, ">80", "80.09461066379052", "80.09461066379052"],
  ["log", {}, "=12345", "12345", "12345"],
  ["log", { format: "bytes" }, ">1000000", "2500000", "2.5 MB"],
  ["log", { format: "chip" }, "!=ok", "failed", "failed"],
  ["log", ROUND, ">=80", "80", "80 °C"],
  // In full, where the rounded value would seem to keep the rule.
  ["chart", NUMBER, ">80", "80.00146106637905", "80.00146106637905 °C"],
  ["chart", ROUND, "<80", "79.96", "79.96 °C"],
  ["chart", {}, ">1000", "1000.4", "1,000.4"],
  ["log", ROUND, ">80", "80.001", "80.001 °C"],
  ["log", ROUND, "!=80", "80.4", "80.4 °C"],
  ["log", ROUND, ">=80.45", "80.45", "80.45 °C"],
  ["log", { format: "bytes" }, ">1000000", "1040000", "1,040,000"],
  ["log", { format: "duration", unit: "ms" }, ">60000", "60400", "60,400 ms"],
])(
  "in a %s with column %j and rule %s, the value %s is written as %s",
  (view, column, when, value, expected) => {
    const columns = [{ field: "t", title: { en: "T", "pt-BR": "T" }, ...column }];
    expect(wordsOf({ field: "t", when }, { key: "k", value }, { view, columns })).toBe(
      `t ${when}: k, ${expected}`,
    );
  },
);
