/** docs/runbook.md has a section for each fault, with the texts of page and edge. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ExplanationKey } from "../../client/faults/index.ts";
import { EXPLANATIONS, type Explanation } from "../../contract/explanations.ts";
import { PROBLEMS } from "../../contract/problem.ts";
import { en } from "../../site/i18n/en.ts";
import { sheetsEn } from "../../site/i18n/sheets-en.ts";
import { EDGE_EXPLANATIONS, explainSlow } from "../../worker/probe/edge-explanations.ts";
import { ROOT } from "../support/tools/cache.ts";

const runbook = readFileSync(join(ROOT, "docs/runbook.md"), "utf8");

/** The text below each third-level heading, by heading. */
const sections = new Map(
  runbook
    .split(/^### /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf("\n")), part.split(/^## /m)[0] ?? ""] as const),
);

const quotesOf = (text: string): readonly string[] =>
  [...text.matchAll(/^> (.+)$/gm)].map(([, line = ""]) => line);

const quotesUnder = (heading: string): readonly string[] => quotesOf(sections.get(heading) ?? "");

/** The operator's part, below the quotes. */
const adviceUnder = (heading: string): string =>
  (sections.get(heading) ?? "")
    .split("\n")
    .slice(1)
    .filter((line) => !line.startsWith(">"))
    .join(" ")
    .trim();

describe("docs/runbook.md", () => {
  const faults = Object.entries(EXPLANATIONS) as [ExplanationKey, Explanation][];

  test("has a section for each fault, and no other", () => {
    const wanted = [
      ...faults.map(([key]) => `\`${key}\``),
      ...Object.keys(EDGE_EXPLANATIONS).map((key) => `Edge: \`${key}\``),
      "Edge: slow",
    ];
    expect([...sections.keys()].sort()).toEqual(wanted.sort());
  });

  test.each(faults)(
    "quotes the page's text for %s, and says who can fix it and how",
    (key, { what, fix, who }) => {
      expect(quotesUnder(`\`${key}\``)).toEqual([what, fix]);
      const whose = who === "viewer" ? "_For the viewer._ " : "_For the operator._ ";
      const advice = adviceUnder(`\`${key}\``);
      expect(advice.startsWith(whose)).toBe(true);
      expect(advice.length).toBeGreaterThan(whose.length + 40);
    },
  );

  test.each(Object.entries(EDGE_EXPLANATIONS))("quotes the edge's text for %s", (key, { what, fix }) => {
    expect(quotesUnder(`Edge: \`${key}\``)).toEqual([what, fix]);
    expect(adviceUnder(`Edge: \`${key}\``).length).toBeGreaterThan(40);
  });

  test("quotes the edge's text for a slow server", () => {
    const { output, fix } = explainSlow("{server}", 2000);
    expect(quotesUnder("Edge: slow")).toEqual([output, fix]);
  });

  test("quotes the panel's texts for a stream that can't be read", () => {
    const rows = [...runbook.matchAll(/^\| `([\w-]+)` +\| (\S[^|]*\.) +\| \S.*\|$/gm)];
    expect(rows.map(([, reason, words]) => [reason, words]).sort()).toEqual(
      Object.entries(sheetsEn.streamReasons)
        .map(([reason, { what }]) => [reason, what("ORDERS")])
        .sort(),
    );
  });

  test("lists each problem of the worker with its status and title", () => {
    const rows = [...runbook.matchAll(/^\| `([\w-]+)` +\| (\d{3}) +\| (.+?) +\| \S.*\|$/gm)];
    expect(rows.map(([, name, status, title]) => [name, [Number(status), title]])).toEqual(
      Object.entries(PROBLEMS),
    );
  });

  test("quotes the page's texts for a page that can't be opened", () => {
    const [, after = ""] = runbook.split("## The worker's error answers");
    expect(quotesOf(after)).toEqual([en.configFailed, en.configFailedFix, en.partMissing]);
  });
});
