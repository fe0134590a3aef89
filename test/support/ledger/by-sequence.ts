import { type Delivery, type Entry, OpenGap, toldTooMany } from "./entries.ts";

/** A message as its stream has it. */
export interface Stored {
  readonly id: string;
  readonly sequence: number;
  /** When it was published, by the wall clock. */
  readonly atMs: number;
}

/** What became of what a stream was given. */
export interface SequencedAccount {
  readonly published: number;
  /** Different messages that came. */
  readonly delivered: number;
  /** How often one came again. */
  readonly duplicated: number;
  /** How often one came after a later one. */
  readonly disordered: number;
  /** Messages that nobody had published. */
  readonly unknown: number;
  /** Messages that came with another's sequence, or none. */
  readonly misnumbered: number;
  readonly lostAndTold: number;
  readonly lostUntold: number;
  /** What gaps called missing, by an exact number, and wasn't. */
  readonly toldTooMany: number;
  /** What gaps called fetched afterwards. */
  readonly recovered: number;
}

/** Two readings of the clock for one moment are less apart, on a busy machine too. */
const TOLERANCE_MS = 250;

/**
 * Holds what a feed by sequence said against its stream. A missing message counts as told only where
 * a gap says so at its place, between the last message before it and the first behind it, or for
 * its time; and only as often as the gap's number allows.
 * @param published what the stream was given, in its order, from where the feed began
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

  let [lostAndTold, lostUntold] = [0, 0];
  for (const [place, { atMs }] of published.entries()) {
    if (seen.has(place)) continue;
    const match = gaps.find(({ open: { left, gap }, after, before }) => {
      const isThere = after < place && place < before;
      const isThen = gap.fromMs - TOLERANCE_MS <= atMs && atMs <= gap.toMs + TOLERANCE_MS;
      return left > 0 && (isThere || isThen);
    });
    if (match === undefined) lostUntold += 1;
    else {
      match.open.left -= 1;
      lostAndTold += 1;
    }
  }
  return {
    published: published.length,
    delivered: seen.size,
    duplicated,
    disordered,
    unknown,
    misnumbered,
    lostAndTold,
    lostUntold,
    toldTooMany: toldTooMany(gaps.map(({ open }) => open)),
    recovered,
  };
}
