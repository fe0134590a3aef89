import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Random } from "../chaos/random.ts";
import { monthlyBill } from "../scale/cost.ts";
import { POLICY, PRICES, WORLD } from "../scale/policy.ts";
import { simulate } from "../scale/simulate.ts";
import { rowsFor, SIZES } from "../scale/table.ts";
import { ROOT } from "../support/tools/cache.ts";

const docs = readFileSync(join(ROOT, "docs/scale.md"), "utf8");
/** The table's rows without the formatter's padding. */
const rows = docs
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) => line.replace(/\s*\|\s*/g, " | ").replace(/^ \| | \| $/g, ""));
const code = (room: string) =>
  globSync(`${room}/**/*.ts`, { cwd: ROOT })
    .filter((path) => !path.includes("node_modules"))
    .map((path) => readFileSync(join(ROOT, path), "utf8"))
    .join("\n");

const HOUR_MS = 3_600_000;
const play = (pages: number, outageMs: number, change: object = {}) =>
  simulate(pages, outageMs, { ...POLICY, ...change }, WORLD, new Random(pages).next);

describe("docs/scale.md", () => {
  // test/product/scripts.test.ts checks all sizes, which takes longer.
  test.each([1000, 10_000])("has the simulation's figures for %i pages", (pages) => {
    const { outages, month } = rowsFor(pages);
    for (const row of [...outages, month]) expect(rows).toContain(row);
  });

  test("has rows for all sizes", () => {
    const named = rows.map((row) => row.split(" | ")[0]);
    for (const size of SIZES) {
      expect(named.filter((name) => name === size.toLocaleString("en-US"))).toHaveLength(3);
    }
  });

  test("states the same assumptions as the code", () => {
    expect(code("client")).toContain(`REUSE_ABOVE = ${POLICY.tokenReplacedAtShare};`);
    expect(code("worker")).toContain(`FRESH_MS = ${POLICY.answerMs};`);
    expect(code("worker")).toContain(`DEFAULT_LIFETIME_S = ${POLICY.tokenLifetimeMs / 1000};`);
  });
});

describe("the simulation", () => {
  test("reconnects every page, none before the servers are back, without excess token requests", () => {
    const outage = play(2000, HOUR_MS);
    expect(outage.backHalfMs).toBeGreaterThanOrEqual(0);
    expect(outage.back99Ms).toBeLessThanOrEqual(POLICY.reconnect.maxDelayMs);
    const lives = HOUR_MS / (POLICY.tokenLifetimeMs * (1 - POLICY.tokenReplacedAtShare));
    expect(outage.tokens / outage.pages).toBeGreaterThan(lives - 1);
    expect(outage.tokens / outage.pages).toBeLessThan(lives + 1);
  });

  test("queries the Durable Object no more often than pages ask and cached answers expire", () => {
    const outage = play(20_000, 60_000);
    expect(outage.objectQuestions).toBeLessThan(outage.questions);
    const isolates = WORLD.dataCentres + Math.ceil(outage.questionsPeakPerS / WORLD.requestsPerIsolate);
    expect(outage.objectPeakPerS).toBeLessThanOrEqual(isolates);
  });

  test("shows the benefit of each policy", () => {
    const as = play(5000, 60_000);
    expect(play(5000, 60_000, { questionSpreadMs: 1 }).questionsPeakPerS).toBeGreaterThan(
      as.questionsPeakPerS * 1.5,
    );
    expect(play(5000, 60_000, { questionKeptMs: 0 }).questions).toBeGreaterThan(as.questions * 2);
    expect(play(5000, 60_000, { answerMs: 5000 }).objectQuestions).toBeLessThan(as.objectQuestions);
    expect(play(5000, 60_000, { tokenReplacedAtShare: 1 }).tokens).toBeGreaterThan(as.tokens * 5);
  });

  test("bills only usage beyond the plan", () => {
    const bill = (pages: number) => monthlyBill(pages, [], POLICY, WORLD);
    expect(bill(1).dollars).toBeGreaterThanOrEqual(PRICES.perMonth);
    expect(bill(1).dollars).toBeLessThan(PRICES.perMonth + 1);
    const [one, two] = [bill(1_000_000), bill(2_000_000)];
    expect(two.requests / one.requests).toBeCloseTo(2, 2);
    expect(two.dollars - one.dollars).toBeCloseTo(((two.requests - one.requests) / 1e6) * (0.3 + 0.01), 0);
  });
});
