import type { History } from "../../client/sequence/port.ts";
import { Random, weighed } from "./random.ts";
import type { Discarded, StreamMood } from "./virtual-stream.ts";

/** Subjects of the stream that the feeds follow. */
export const FEED_SUBJECTS = ["s.a.1", "s.a.2", "s.b.1"] as const;

/** Everything that can happen to a feed, as data, so that a schedule can be replayed and reduced. */
export type FeedAction =
  /** `refused`: the message is published on the subject, but the stream doesn't store it. */
  | {
      readonly do: "publish" | "refused";
      readonly subject: string;
      readonly count: number;
      readonly everyMs: number;
    }
  /** Messages that are stored together, some time after they were published. */
  | { readonly do: "batch"; readonly subject: string; readonly count: number }
  /** Another client makes a Direct Get whose reply subject is the feed's own subject. */
  | { readonly do: "forge" }
  /** The next live messages are lost on their way without any notice. */
  | { readonly do: "lose"; readonly count: number }
  /** The next reply to the feed is lost on its way. */
  | { readonly do: "lose-answer" }
  | { readonly do: "cut"; readonly isStop: boolean }
  | { readonly do: "open" | "handover" | "leave" }
  | { readonly do: "latency"; readonly ms: number }
  | { readonly do: "mood"; readonly mood: StreamMood }
  | { readonly do: "discard"; readonly what: Discarded }
  | { readonly do: "skew"; readonly ms: number }
  /** Adds a listener; with `isBehind`, while a replica lags. */
  | { readonly do: "join"; readonly history: History | undefined; readonly isBehind?: boolean }
  /** Replaces a listener by another. */
  | { readonly do: "replace"; readonly listener: number };

/** An action, and the virtual time that passes after it. */
export interface FeedDeed {
  readonly action: FeedAction;
  readonly thenMs: number;
}

/** A whole life of a feed. */
export interface FeedSchedule {
  readonly seed: number;
  readonly filter: string;
  readonly republishes: boolean;
  readonly isOld: boolean;
  /** Last sequence of the stream before the schedule; a recreated stream takes long to reach it. */
  readonly lastSequence: number;
  readonly limit: number;
  readonly limitPerSubject: number;
  /** Whether the feed may read messages, but not STREAM.INFO. */
  readonly isInfoDenied: boolean;
  /** Whether messages keep coming while the feed recovers. */
  readonly isBusy: boolean;
  readonly deeds: readonly FeedDeed[];
}

/** A schedule without deeds, for several subjects of a stream that republishes. */
export const QUIET_LIFE: FeedSchedule = {
  seed: 1,
  filter: "s.a.*",
  republishes: true,
  isOld: false,
  lastSequence: 0,
  limit: 1000,
  limitPerSubject: 1000,
  isBusy: false,
  isInfoDenied: false,
  deeds: [],
};

type Maker = (random: Random) => FeedAction;

/** Makers of actions, by weight. */
const MAKERS = weighed<Maker>([
  [
    14,
    (random) => ({
      do: "publish",
      subject: random.pick(FEED_SUBJECTS),
      count: random.whole(1, 12),
      everyMs: random.pick([0, 1, 20, 300]),
    }),
  ],
  [2, (random) => ({ do: "batch", subject: random.pick(FEED_SUBJECTS), count: random.whole(2, 6) })],
  [1, (random) => ({ do: "refused", subject: random.pick(FEED_SUBJECTS), count: 1, everyMs: 0 })],
  [1, () => ({ do: "forge" })],
  [5, (random) => ({ do: "lose", count: random.whole(1, 6) })],
  [2, () => ({ do: "lose-answer" })],
  [4, (random) => ({ do: "cut", isStop: random.next() < 0.3 })],
  [5, () => ({ do: "open" })],
  [4, () => ({ do: "handover" })],
  [2, (random) => ({ do: "latency", ms: random.pick([0, 1, 5, 50, 400]) })],
  [
    3,
    (random) => ({
      do: "mood",
      mood: random.pick<StreamMood>([
        "on",
        "on",
        "off",
        "silent",
        "forbidden",
        "leaderless",
        "behind",
        "long-behind",
        "long-behind",
        "one-behind",
        "tires",
      ]),
    }),
  ],
  [
    3,
    (random) => ({
      do: "discard",
      what: random.pick<Discarded>(["messages", "one-message", "one-message", "subject", "stream"]),
    }),
  ],
  [1, (random) => ({ do: "skew", ms: random.pick([-3000, 0, 3000]) })],
  [
    3,
    (random) => ({
      do: "join",
      isBehind: random.next() < 0.3,
      history: random.pick<History | undefined>([
        undefined,
        { last: random.whole(1, 30) },
        { sinceMs: 1_000_000 + random.whole(0, 60_000) },
        { lastPerSubject: true },
      ]),
    }),
  ],
  [1, () => ({ do: "leave" })],
  [1, (random) => ({ do: "replace", listener: random.whole(0, 3) })],
]);

/** Makes the schedule of a seed. */
export function makeFeedSchedule(seed: number): FeedSchedule {
  const random = new Random(seed);
  const filter = random.pick(["s.a.1", "s.a.*", "s.>"]);
  const republishes = random.next() < 0.6;
  const isOld = random.next() < 0.15;
  const lastSequence = random.pick([0, 100_000]);
  const limit = random.pick([1000, 1000, 8]);
  const limitPerSubject = random.pick([1000, 1000, 1000, 1]);
  const deeds: FeedDeed[] = [];
  const length = random.whole(4, 30);
  for (let i = 0; i < length; i += 1) {
    const thenMs = random.pick([0, 0, 1, 5, 50, 500, 3000, 26_000]);
    deeds.push({ action: random.pick(MAKERS)(random), thenMs: Math.round(thenMs * random.next() * 2) });
  }
  const isBusy = random.next() < 0.3;
  // On an old server a feed needs STREAM.INFO to tell its own messages from those of other subjects.
  const isInfoDenied = !isOld && random.next() < 0.2;
  return {
    seed,
    filter,
    republishes,
    isOld,
    lastSequence,
    limit,
    limitPerSubject,
    isBusy,
    isInfoDenied,
    deeds,
  };
}
