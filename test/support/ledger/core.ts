import { type Entry, OpenGap, overReported } from "./entries.ts";

/** A period of wall-clock time in a server's state. */
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

/** The truth with which a core feed is compared. */
export interface CoreTruth {
  /** Messages in the order in which they were sent. */
  readonly sent: readonly Sent[];
  /** When each message reached each server, as seen by a witness there; by id, then by server. */
  readonly arrivals: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** The client's servers in succession; empty when losses between servers don't count as excused. */
  readonly attached: readonly Stretch[];
  /** Periods in which servers were stopped long enough for a client to notice. */
  readonly frozen: readonly Stretch[];
  /** Tolerance between two times of one event, including transit. */
  readonly toleranceMs: number;
}

/** The account of the sent messages. */
export interface CoreAccount {
  readonly published: number;
  readonly delivered: number;
  readonly duplicated: number;
  /** Deliveries after a later message of the same publisher. */
  readonly disordered: number;
  readonly unknown: number;
  readonly lostReported: number;
  readonly lostUnreported: number;
  /**
   * Lost between servers while the client's own link worked: they never reached its server, and core NATS doesn't tell
   * subscribers about such a loss.
   */
  readonly unknowable: number;
  readonly overReported: number;
}

/**
 * Compares what a core feed reported with what was sent. A missing message counts as reported when its
 * transit, from the publisher to the client's server, overlaps a gap whose number isn't used up.
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
  let [lostReported, lostUnreported, unknowable] = [0, 0, 0];
  for (const one of truth.sent) {
    if (seen.has(one.id)) continue;
    const way = wayOf(one, truth);
    const match = gaps.find(({ gap, left }) => left > 0 && overlaps(way, gap, truth.toleranceMs));
    if (match !== undefined) {
      match.left -= 1;
      lostReported += 1;
    } else if (isUnknowable(one, truth)) unknowable += 1;
    else lostUnreported += 1;
  }
  return {
    published: truth.sent.length,
    delivered: seen.size,
    duplicated,
    disordered,
    unknown,
    lostReported,
    lostUnreported,
    unknowable,
    overReported: overReported(gaps),
  };
}

interface Way {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The period from a message's sending to its last arrival at one of the client's servers. */
function wayOf({ id, atMs }: Sent, { arrivals, attached, toleranceMs }: CoreTruth): Way {
  let toMs = atMs;
  for (const [server, arrivedAtMs] of arrivals.get(id) ?? []) {
    const moment = { fromMs: arrivedAtMs, toMs: arrivedAtMs };
    const wasThere = attached.some((one) => one.server === server && overlaps(moment, one, toleranceMs));
    if (wasThere) toMs = Math.max(toMs, arrivedAtMs);
  }
  return { fromMs: atMs, toMs };
}

/** Time on a stopped server below which a client needn't notice. */
const NOTICEABLE_MS = 2000;

/** Tolerance for whether a message and the client were at a server at the same time. */
const SEAM_MS = 50;

/** Whether the loss was invisible to the client: no server had the message while the client was connected to it. */
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
