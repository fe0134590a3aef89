import type { LiveSpan } from "../connection/connection.ts";
import type { SubjectRate } from "../panels/subject-rates.ts";

/** The most lines that can still be told apart. */
const LINES = 8;

/** A subject and its messages in each of the last seconds; a null subject is the sum of all others. */
export interface RateLine {
  readonly subject: string | null;
  readonly history: readonly number[];
}

/** The busiest subjects of all feeds, and the sum of the others. A subject of several feeds is counted once. */
export function busiest(rates: readonly SubjectRate[], nowMs: number): readonly RateLine[] {
  const named = new Map<string, readonly number[]>();
  const others: (readonly number[])[] = [];
  for (const { subject, rate } of rates) {
    if (subject === null) others.push(rate.history(nowMs));
    else if (!named.has(subject)) named.set(subject, rate.history(nowMs));
  }
  const totals = new Map([...named].map(([subject, history]) => [subject, totalOf(history)]));
  const ranked = [...named].sort(([one], [other]) => (totals.get(other) ?? 0) - (totals.get(one) ?? 0));
  const shown = new Map(ranked.slice(0, LINES));
  others.push(...ranked.slice(LINES).map(([, history]) => history));
  // Kept in the order of the feeds: colours follow the order, and would change with each change of rank.
  const lines: RateLine[] = [...named].flatMap(([subject, history]) =>
    shown.has(subject) ? { subject, history } : [],
  );
  return others.length === 0 ? lines : [...lines, { subject: null, history: sumOf(others) }];
}

/** Chart data: the seconds since the page was first live, then a line per history, with gaps while not live. */
export function rateSeries(
  histories: readonly (readonly number[])[],
  nowMs: number,
  live: readonly LiveSpan[],
): [seconds: number[], ...rates: (number | null)[][]] {
  const length = histories[0]?.length ?? 0;
  const running = Math.floor(nowMs / 1000);
  const all = Array.from({ length }, (_, index) => running - length + index);
  const isLive = all.map((second) => isWithin(second, live));
  const first = isLive.indexOf(true);
  if (first < 0) return [[], ...histories.map(() => [])];
  const known = (history: readonly number[]) =>
    history.map((count, index) => (isLive[index] ? count : null)).slice(first);
  return [all.slice(first), ...histories.map(known)];
}

/** Whether a second overlaps one of the spans. */
function isWithin(second: number, spans: readonly LiveSpan[]): boolean {
  return spans.some(
    ({ fromMs, toMs }) => fromMs < (second + 1) * 1000 && (toMs === null || toMs > second * 1000),
  );
}

function totalOf(history: readonly number[]): number {
  return history.reduce((sum, count) => sum + count, 0);
}

function sumOf(histories: readonly (readonly number[])[]): readonly number[] {
  const [first = [], ...others] = histories;
  return first.map((count, index) => others.reduce((sum, other) => sum + (other[index] ?? 0), count));
}
