import type { Message } from "../message.ts";
import { type Mark, type Observation, rangeOf, type SeqRange } from "./journal.ts";
import type { Stored } from "./stored.ts";

/** What came from the subscription, what was read of the stream, and what is known of when was where. */
export interface Evidence {
  /** What a message says, as a key: equal messages have the same. */
  readonly contentOf: (message: Message) => string;
  readonly observations: readonly Observation[];
  /** In stream order, from the first mark on. */
  readonly stored: readonly Stored[];
  /** In order: those before the break, the one once the subscription was back, and the last. */
  readonly marks: readonly Mark[];
  /** Everything up to this sequence came before the break. */
  readonly cameUpTo: number;
  /** What was missed isn't beyond this sequence. */
  readonly missedUpTo: number;
}

/** A message to be handed on. */
export interface Delivery {
  readonly message: Message;
  /** Whether only the stream brought it. */
  readonly isMissed: boolean;
}

/** What the comparison came to. */
export interface Matched {
  /** What the handler hasn't got yet, in stream order; what the stream didn't show, before what arrived after it. */
  readonly deliveries: readonly Delivery[];
  /** So many may have been missed, and be taken for equal ones that came. */
  readonly uncertain: number;
}

/**
 * Tells what was missed. Messages have no ids, so each that came is matched with
 * an equal one of the stream, within the sequences that the marks allow: those
 * of the stream that nothing is matched with were missed. Each kind of equal
 * messages is for itself; among them as many as possible are matched, so that
 * none is ever delivered twice. Where that might hide a loss, it is counted.
 */
export function compare(evidence: Evidence): Matched {
  const { contentOf, observations, stored, marks } = evidence;
  const kinds = new Map<string, Kind>();
  const kindOf = (message: Message): Kind => {
    const content = contentOf(message);
    const kind = kinds.get(content) ?? { came: [], seqs: [] };
    kinds.set(content, kind);
    return kind;
  };
  for (const { seq, message } of stored) kindOf(message).seqs.push(seq);
  for (const observation of observations) {
    kindOf(observation.message).came.push({ observation, range: rangeOf(observation.atMs, marks) });
  }

  const cameAs = new Map<number, Observation>();
  let uncertain = 0;
  for (const kind of kinds.values()) {
    const pairs = match(kind.came, kind.seqs);
    for (const [seq, observation] of pairs) cameAs.set(seq, observation);
    uncertain += uncertainIn(kind, pairs, evidence);
  }

  return { deliveries: inOrder(evidence, cameAs), uncertain };
}

/** In stream order; what the stream didn't show comes before what arrived after it. */
function inOrder({ stored, observations, cameUpTo }: Evidence, cameAs: Pairs): readonly Delivery[] {
  const shown = new Set(cameAs.values());
  const arrivals = new Map(observations.map((one, arrival) => [one, arrival]));
  const deliveries: Delivery[] = [];
  let next = 0;
  const deliverUnshown = (end: number): void => {
    for (; next < end; next += 1) {
      const one = observations[next];
      if (one?.held && !shown.has(one)) deliveries.push({ message: one.message, isMissed: false });
    }
  };
  for (const { seq, message } of stored) {
    const observation = cameAs.get(seq);
    if (observation === undefined && seq > cameUpTo) deliveries.push({ message, isMissed: true });
    if (observation?.held) {
      deliverUnshown(arrivals.get(observation) ?? 0);
      deliveries.push({ message: observation.message, isMissed: false });
    }
  }
  deliverUnshown(observations.length);
  return deliveries;
}

/** How many more would count as missed if those that may lie outside of what was read did. */
function uncertainIn({ came, seqs }: Kind, pairs: Pairs, { cameUpTo, missedUpTo }: Evidence): number {
  const sure = came.filter(({ range }) => Number.isFinite(range.above) && Number.isFinite(range.atMost));
  if (sure.length === came.length) return 0;
  const missed = (found: Pairs) =>
    seqs.filter((seq) => seq > cameUpTo && seq <= missedUpTo && !found.has(seq)).length;
  return Math.max(0, missed(match(sure, seqs)) - missed(pairs));
}

/** Equal messages: those that came, in order of arrival, and the sequences of those in the stream. */
interface Kind {
  readonly came: Ranged[];
  readonly seqs: number[];
}

/** What came as which sequence. */
type Pairs = ReadonlyMap<number, Observation>;

interface Ranged {
  readonly observation: Observation;
  readonly range: SeqRange;
}

/**
 * Matches as many as can be: ranges grow with the time of arrival, so it is enough
 * to give those that were delivered the first free sequence and, from the last on,
 * those that are held the last.
 */
function match(came: readonly Ranged[], seqs: readonly number[]): Pairs {
  const pairs = new Map<number, Observation>();
  const at = (place: number) => seqs[place] as number;
  let first = 0;
  for (const { observation, range } of came) {
    if (observation.held) continue;
    while (first < seqs.length && at(first) <= range.above) first += 1;
    if (first < seqs.length && at(first) <= range.atMost) pairs.set(at(first++), observation);
  }
  let last = seqs.length - 1;
  for (const { observation, range } of came.toReversed()) {
    if (!observation.held) continue;
    while (last >= first && at(last) > range.atMost) last -= 1;
    if (last >= first && at(last) > range.above) pairs.set(at(last--), observation);
  }
  return pairs;
}
