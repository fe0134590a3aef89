/** docs/runbook.md has each fault once, in the page's and the edge's own words. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ExplanationKey } from "../../client/faults/index.ts";
import { EXPLANATIONS, type Explanation } from "../../contract/explanations.ts";
import { PROBLEMS } from "../../contract/problem.ts";
import { en } from "../../site/i18n/en.ts";
import { sheetsEn } from "../../site/i18n/sheets-en.ts";
import { EDGE_EXPLANATIONS, explainSlow } from "../../worker/probe/words.ts";
import { ROOT } from "../support/tools/cache.ts";

const runbook = readFileSync(join(ROOT, "docs/runbook.md"), "utf8");

/** The text below each heading of the third level, by the heading. */
const sections = new Map(
  runbook
    .split(/^### /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf("\n")), part.split(/^## /m)[0] ?? ""] as const),
);

const quotesOf = (text: string): readonly string[] =>
  [...text.matchAll(/^> (.+)$/gm)].map(([, line = ""]) => line);

const quotesUnder = (heading: string): readonly string[] => quotesOf(sections.get(heading) ?? "");

/** The operator's part: what stands below the quotes. */
const adviceUnder = (heading: string): string =>
  (sections.get(heading) ?? "")
    .split("\n")
    .slice(1)
    .filter((line) => !line.startsWith(">"))
    .join(" ")
    .trim();

describe("docs/runbook.md", () => {
  const faults = Object.entries(EXPLANATIONS) as [ExplanationKey, Explanation][];

  test("has a section for each fault and for nothing else", () => {
    const wanted = [
      ...faults.map(([key]) => `\`${key}\``),
      ...Object.keys(EDGE_EXPLANATIONS).map((key) => `Edge: \`${key}\``),
      "Edge: slow",
    ];
    expect([...sections.keys()].sort()).toEqual(wanted.sort());
  });

  test.each(faults)(
    "words %s as the page does, says whose it is and what to do",
    (key, { what, fix, who }) => {
      expect(quotesUnder(`\`${key}\``)).toEqual([what, fix]);
      const whose = who === "viewer" ? "_For the viewer._ " : "_For the operator._ ";
      const advice = adviceUnder(`\`${key}\``);
      expect(advice.startsWith(whose)).toBe(true);
      expect(advice.length).toBeGreaterThan(whose.length + 40);
    },
  );

  test.each(Object.entries(EDGE_EXPLANATIONS))("words %s as the edge does", (key, { what, fix }) => {
    expect(quotesUnder(`Edge: \`${key}\``)).toEqual([what, fix]);
    expect(adviceUnder(`Edge: \`${key}\``).length).toBeGreaterThan(40);
  });

  test("words a slow server as the edge does", () => {
    const { output, fix } = explainSlow("{server}", 2000);
    expect(quotesUnder("Edge: slow")).toEqual([output, fix]);
  });

  test("words what keeps a stream from being read as the panel does", () => {
    const rows = [...runbook.matchAll(/^\| `([\w-]+)` +\| (\S[^|]*\.) +\| \S.*\|$/gm)];
    expect(rows.map(([, reason, words]) => [reason, words]).sort()).toEqual(
      Object.entries(sheetsEn.streamReasons)
        .map(([reason, { what }]) => [reason, what("ORDERS")])
        .sort(),
    );
  });

  test("has each problem of the worker with its status and title", () => {
    const rows = [...runbook.matchAll(/^\| `([\w-]+)` +\| (\d{3}) +\| (.+?) +\| \S.*\|$/gm)];
    expect(rows.map(([, name, status, title]) => [name, [Number(status), title]])).toEqual(
      Object.entries(PROBLEMS),
    );
  });

  test("words a page that can't be opened as the page does", () => {
    const [, after = ""] = runbook.split("## The worker's error answers");
    expect(quotesOf(after)).toEqual([en.configFailed, en.configFailedFix, en.partMissing]);
  });
});
