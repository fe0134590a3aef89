import { type Entry, OpenGap, toldTooMany } from "./entries.ts";

/** A stretch of time in which something was so of a server; by the wall clock. */
export interface Stretch {
  readonly server: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A message as its publisher sent it. */
export interface Sent {
  readonly id: string;
  readonly publisher: string;
  readonly atMs: number;
}

/** What a core feed is held against. */
export interface CoreTruth {
  /** In the order in which they were sent. */
  readonly sent: readonly Sent[];
  /** When each message came to which servers, as a witness on each server saw it; by id, then by server. */
  readonly arrivals: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Which servers the client was live on, one after the other; none where that isn't to excuse anything. */
  readonly attached: readonly Stretch[];
  /** When servers were stopped so long that a client must notice. */
  readonly frozen: readonly Stretch[];
  /** How much two clocks' readings of one moment may differ: what is on its way takes so long. */
  readonly toleranceMs: number;
}

/** What became of what was sent. */
export interface CoreAccount {
  readonly published: number;
  readonly delivered: number;
  readonly duplicated: number;
  /** How often one came after a later one of the same publisher. */
  readonly disordered: number;
  readonly unknown: number;
  readonly lostAndTold: number;
  readonly lostUntold: number;
  /**
   * Lost between servers while the client's own link lived: they never came to its server, and
   * nothing in core NATS tells a subscriber of it.
   */
  readonly unknowable: number;
  readonly toldTooMany: number;
}

/**
 * Holds what a core feed said against what was sent. A missing message counts as told where its
 * way, from the publisher to the client's server, overlaps a gap whose number isn't used up.
 */
export function accountCore(truth: CoreTruth, entries: readonly Entry[]): CoreAccount {
  const byId = new Map(truth.sent.map((one, place) => [one.id, { ...one, place }]));
  if (byId.size !== truth.sent.length) throw new Error("two sent messages have the same id");
  const seen = new Set<string>();
  const last = new Map<string, number>();
  let [duplicated, disordered, unknown] = [0, 0, 0];
  for (const entry of entries) {
    if (entry.type !== "message") continue;
    const one = byId.get(entry.id);
    if (one === undefined) unknown += 1;
    else if (seen.has(one.id)) duplicated += 1;
    else {
      const before = last.get(one.publisher) ?? -1;
      if (one.place < before) disordered += 1;
      else last.set(one.publisher, one.place);
      seen.add(one.id);
    }
  }

  const gaps = entries.flatMap((entry) => (entry.type === "gap" ? [new OpenGap(entry)] : []));
  gaps.sort((a, b) => a.gap.toMs - b.gap.toMs);
  let [lostAndTold, lostUntold, unknowable] = [0, 0, 0];
  for (const one of truth.sent) {
    if (seen.has(one.id)) continue;
    const way = wayOf(one, truth);
    const match = gaps.find(({ gap, left }) => left > 0 && overlaps(way, gap, truth.toleranceMs));
    if (match !== undefined) {
      match.left -= 1;
      lostAndTold += 1;
    } else if (isUnknowable(one, truth)) unknowable += 1;
    else lostUntold += 1;
  }
  return {
    published: truth.sent.length,
    delivered: seen.size,
    duplicated,
    disordered,
    unknown,
    lostAndTold,
    lostUntold,
    unknowable,
    toldTooMany: toldTooMany(gaps),
  };
}

interface Way {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From when a message was sent to when it last came to a server that the client was on. */
function wayOf({ id, atMs }: Sent, { arrivals, attached, toleranceMs }: CoreTruth): Way {
  let toMs = atMs;
  for (const [server, arrivedAtMs] of arrivals.get(id) ?? []) {
    const moment = { fromMs: arrivedAtMs, toMs: arrivedAtMs };
    const wasThere = attached.some((one) => one.server === server && overlaps(moment, one, toleranceMs));
    if (wasThere) toMs = Math.max(toMs, arrivedAtMs);
  }
  return { fromMs: atMs, toMs };
}

/** A client that is on a stopped server for less needn't notice it. */
const NOTICEABLE_MS = 2000;

/** What came to a server so long before or after its client was there may have met it. */
const SEAM_MS = 50;

/** Whether nothing that the client could see was wrong: no server had the message while the client was there. */
function isUnknowable({ id, atMs }: Sent, { arrivals, attached, frozen }: CoreTruth): boolean {
  if (attached.length === 0) return false;
  const came = [...(arrivals.get(id) ?? [])];
  const wasThere = came.some(([server, arrivedAtMs]) =>
    attached.some((one) => one.server === server && isWithin(arrivedAtMs, one, SEAM_MS)),
  );
  const wasNowhere = came.some(([, arrivedAtMs]) => !attached.some((one) => isWithin(arrivedAtMs, one, 0)));
  const wasMissedByMoving = attached.some((next, index) => {
    const last = attached[index - 1];
    const atLast = came.find(([server]) => server === last?.server)?.[1];
    const atNext = came.find(([server]) => server === next.server)?.[1];
    if (last === undefined || atLast === undefined || atNext === undefined) return false;
    return atLast > last.toMs && atNext < next.fromMs;
  });
  const wasFrozen = frozen.some(({ server, fromMs, toMs }) =>
    attached.some((one) => {
      const stretch = { fromMs: Math.max(fromMs, one.fromMs), toMs: Math.min(toMs, one.toMs) };
      const isLong = stretch.toMs - stretch.fromMs >= NOTICEABLE_MS;
      return one.server === server && isLong && isWithin(atMs, stretch, SEAM_MS);
    }),
  );
  return !(wasThere || wasNowhere || wasMissedByMoving || wasFrozen);
}

function isWithin(atMs: number, { fromMs, toMs }: Way, toleranceMs: number): boolean {
  return fromMs - toleranceMs <= atMs && atMs <= toMs + toleranceMs;
}

function overlaps(one: Way, other: Way, toleranceMs: number): boolean {
  return one.fromMs <= other.toMs + toleranceMs && other.fromMs <= one.toMs + toleranceMs;
}
