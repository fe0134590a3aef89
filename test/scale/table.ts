import { Random } from "../chaos/random.ts";
import { monthlyBill } from "./cost.ts";
import { POLICY, WORLD } from "./policy.ts";
import { type Outage, simulate } from "./simulate.ts";

/** Durations of the outages, milliseconds. */
const OUTAGES_MS = [30_000, 600_000] as const;

/** Numbers of pages in the document's tables. */
export const SIZES = [1_000, 10_000, 100_000, 1_000_000] as const;

/** The document's rows for a number of pages: one per outage, and one for the month. */
export function rowsFor(pages: number): { readonly outages: readonly string[]; readonly month: string } {
  const outages = OUTAGES_MS.map((outageMs) =>
    simulate(pages, outageMs, POLICY, WORLD, new Random(pages + outageMs).next),
  );
  const { requests, objectRequests, dollars } = monthlyBill(pages, outages, POLICY, WORLD);
  return {
    outages: outages.map(outageRow),
    month: row([n(pages), n(requests), n(objectRequests), `${n(Math.ceil(dollars))} $`]),
  };
}

function outageRow(outage: Outage): string {
  return row([
    n(outage.pages),
    `${outage.outageMs / 1000} s`,
    n(outage.dialsPeakPerS),
    `${(outage.dialsPeakShare * 100).toFixed(1)} %`,
    outage.dialsLaterPerS === 0 ? "" : n(outage.dialsLaterPerS),
    n(outage.questionsPeakPerS),
    n(outage.objectPeakPerS),
    n(outage.questions),
    n(outage.objectQuestions),
    n(outage.tokensPeakPerS),
    `${(outage.backHalfMs / 1000).toFixed(1)} s`,
    `${(outage.back99Ms / 1000).toFixed(1)} s`,
  ]);
}

function row(cells: readonly string[]): string {
  return cells.join(" | ");
}

function n(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
