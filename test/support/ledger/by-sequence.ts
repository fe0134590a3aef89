import { type Delivery, type Entry, OpenGap, overReported } from "./entries.ts";

/** A message in its stream. */
export interface Stored {
  readonly id: string;
  readonly sequence: number;
  /** When it was published, by the wall clock. */
  readonly atMs: number;
}

/** The account of a stream's messages. */
export interface SequencedAccount {
  readonly published: number;
  /** Distinct messages received. */
  readonly delivered: number;
  /** Repeated deliveries. */
  readonly duplicated: number;
  /** Deliveries after a later message. */
  readonly disordered: number;
  /** Messages that were never published. */
  readonly unknown: number;
  /** Messages with a wrong or missing sequence. */
  readonly misnumbered: number;
  readonly lostReported: number;
  readonly lostUnreported: number;
  /** Messages that gaps with an exact number reported as missing but that weren't. */
  readonly overReported: number;
  /** Messages that gaps reported as recovered. */
  readonly recovered: number;
}

/** Largest difference of two clock readings for one moment, on a busy machine. */
const TOLERANCE_MS = 250;

/**
 * Compares what a feed by sequence reported with its stream. A missing message counts as reported only by a
 * gap at its place, between the messages before and after it, or for its time, and only within the gap's number.
 * @param published the stream's messages in order, from where the feed began
 */
export function accountBySequence(published: readonly Stored[], entries: readonly Entry[]): SequencedAccount {
  const places = new Map(published.map(({ id }, place) => [id, place]));
  if (places.size !== published.length) throw new Error("two published messages have the same id");
  const seen = new Set<number>();
  const gaps: { readonly open: OpenGap; readonly after: number; before: number }[] = [];
  let [highest, duplicated, disordered, unknown, misnumbered, recovered] = [-1, 0, 0, 0, 0, 0];

  const deliver = ({ id, sequence }: Delivery): void => {
    const place = places.get(id);
    if (place === undefined) {
      unknown += 1;
      return;
    }
    if (published[place]?.sequence !== sequence) misnumbered += 1;
    if (seen.has(place)) duplicated += 1;
    else if (place < highest) disordered += 1;
    seen.add(place);
    if (place <= highest) return;
    for (const gap of gaps) if (gap.before === Number.POSITIVE_INFINITY) gap.before = place;
    highest = place;
  };
  for (const entry of entries) {
    if (entry.type === "message") deliver(entry);
    else {
      recovered += entry.recovered;
      gaps.push({ open: new OpenGap(entry), after: highest, before: Number.POSITIVE_INFINITY });
    }
  }

  let [lostReported, lostUnreported] = [0, 0];
  for (const [place, { atMs }] of published.entries()) {
    if (seen.has(place)) continue;
    const match = gaps.find(({ open: { left, gap }, after, before }) => {
      const isThere = after < place && place < before;
      const isThen = gap.fromMs - TOLERANCE_MS <= atMs && atMs <= gap.toMs + TOLERANCE_MS;
      return left > 0 && (isThere || isThen);
    });
    if (match === undefined) lostUnreported += 1;
    else {
      match.open.left -= 1;
      lostReported += 1;
    }
  }
  return {
    published: published.length,
    delivered: seen.size,
    duplicated,
    disordered,
    unknown,
    misnumbered,
    lostReported,
    lostUnreported,
    overReported: overReported(gaps.map(({ open }) => open)),
    recovered,
  };
}
