import type { PartialTunables } from "../../client/index.ts";
import { Random, weighed } from "./random.ts";

/** Subjects of the subscriptions in schedules. */
const SUBJECTS = ["a", "b", "c"] as const;

/** Names that tell two listeners of one subject apart. */
const NAMES = ["", "other"] as const;

/** Everything that can happen to a client, as data, so that a schedule can be replayed and reduced. */
export type Action =
  | { readonly do: "start" | "stop" | "reconnect" | "wake" | "calm" }
  | { readonly do: "subscribe" | "unsubscribe"; readonly subject: string; readonly name: string }
  | { readonly do: "deny" | "allow"; readonly subject: string }
  | {
      readonly do: "publish";
      readonly subject: string;
      readonly count: number;
      readonly everyMs: number;
      /** Whether all payloads are equal, so that the messages can't be told apart. */
      readonly alike: boolean;
    }
  | { readonly do: "network"; readonly online: boolean }
  | { readonly do: "reach"; readonly how: "up" | "refuses" | "swallows" }
  | { readonly do: "kill" | "freeze" | "thaw" | "partition" | "lame-duck" }
  | { readonly do: "evict"; readonly errText: string; readonly closeCode: number }
  | { readonly do: "babble"; readonly text: string }
  | { readonly do: "latency"; readonly ms: number }
  | { readonly do: "reject"; readonly errText: string | null }
  | {
      readonly do: "tokens";
      readonly how: "given" | "refused" | "throws" | "never";
      /** Lifetime of the tokens, milliseconds; null if they don't expire. */
      readonly lifeMs: number | null;
    }
  | { readonly do: "configure"; readonly changes: PartialTunables };

/** An action, and the virtual time that passes after it. */
interface Deed {
  readonly action: Action;
  readonly thenMs: number;
}

/** A whole life of a client. */
export interface Schedule {
  readonly seed: number;
  readonly runtime: "browser" | "node";
  /** Whether the user's callbacks throw, reject, and call methods of the client. */
  readonly misbehaves: boolean;
  readonly deeds: readonly Deed[];
}

type Eviction = readonly [errText: string, closeCode: number];

const EVICTIONS: readonly [Eviction, ...Eviction[]] = [
  ["User Authentication Expired", 1008],
  ["Slow Consumer", 1008],
  ["Stale Connection", 1001],
  ["Server Shutdown", 1001],
  ["Maximum Payload Violation", 1009],
];

type Maker = (random: Random) => Action;

/** Makers of actions, weighted by how often users and networks do such things. */
const MAKERS = weighed<Maker>([
  [8, () => ({ do: "start" })],
  [5, () => ({ do: "stop" })],
  [3, () => ({ do: "reconnect" })],
  [3, () => ({ do: "wake" })],
  [6, (random) => ({ do: "subscribe", subject: random.pick(SUBJECTS), name: random.pick(NAMES) })],
  [2, (random) => ({ do: "unsubscribe", subject: random.pick(SUBJECTS), name: random.pick(NAMES) })],
  [
    10,
    (random) => ({
      do: "publish",
      subject: random.pick(SUBJECTS),
      count: random.whole(1, 12),
      everyMs: random.pick([0, 1, 20, 300]),
      alike: random.next() < 0.25,
    }),
  ],
  [2, () => ({ do: "network", online: false })],
  [3, () => ({ do: "network", online: true })],
  [4, (random) => ({ do: "reach", how: random.pick(["up", "up", "refuses", "swallows"]) })],
  [4, () => ({ do: "kill" })],
  [2, () => ({ do: "freeze" })],
  [3, () => ({ do: "thaw" })],
  [2, () => ({ do: "partition" })],
  [
    2,
    (random) => {
      const [errText, closeCode] = random.pick(EVICTIONS);
      return { do: "evict", errText, closeCode };
    },
  ],
  [1, (random) => ({ do: "babble", text: random.pick(["\u0000\u0001", "HTTP/1.1 400\r\n", "MSG a\r\n"]) })],
  [2, (random) => ({ do: "latency", ms: random.pick([0, 1, 5, 50, 400]) })],
  [1, (random) => ({ do: "reject", errText: random.pick([null, null, "Authorization Violation"]) })],
  [1, (random) => ({ do: "deny", subject: random.pick(SUBJECTS) })],
  [1, (random) => ({ do: "allow", subject: random.pick(SUBJECTS) })],
  [
    3,
    (random) => ({
      do: "tokens",
      how: random.pick(["given", "given", "given", "refused", "throws", "never"]),
      lifeMs: random.pick([null, 100, 2000, 10_000, 40_000]),
    }),
  ],
  [2, () => ({ do: "lame-duck" })],
  [1, (random) => ({ do: "configure", changes: changes(random) })],
]);

function changes(random: Random): PartialTunables {
  return random.pick<PartialTunables>([
    { reconnect: { baseDelayMs: random.whole(10, 3000), maxDelayMs: random.whole(10, 20_000) } },
    { pingIntervalMs: random.whole(100, 30_000), pongTimeoutMs: random.whole(500, 5000) },
    { connectTimeoutMs: random.whole(500, 6000), drainTimeoutMs: random.whole(0, 4000) },
    { reconnect: { maxAttempts: random.whole(1, 5) } },
  ]);
}

/** An action that a misbehaving callback performs while the client calls it. */
export function actionInCallback(random: Random): Action {
  return random.pick<Action>([
    { do: "start" },
    { do: "stop" },
    { do: "reconnect" },
    { do: "wake" },
    { do: "subscribe", subject: random.pick(SUBJECTS), name: random.pick(NAMES) },
    { do: "unsubscribe", subject: random.pick(SUBJECTS), name: random.pick(NAMES) },
    { do: "configure", changes: { drainTimeoutMs: random.whole(0, 4000) } },
  ]);
}

/** Makes the schedule of a seed. */
export function makeSchedule(seed: number): Schedule {
  const random = new Random(seed);
  const runtime = random.pick<Schedule["runtime"]>(["browser", "node"]);
  const misbehaves = random.next() < 0.4;
  const deeds: Deed[] = [{ action: { do: "subscribe", subject: "a", name: "" }, thenMs: 0 }];
  const length = random.whole(4, 24);
  for (let i = 0; i < length; i++) {
    const thenMs = random.pick([0, 0, 1, 5, 50, 500, 3000, 26_000]);
    deeds.push({ action: random.pick(MAKERS)(random), thenMs: Math.round(thenMs * random.next() * 2) });
  }
  return { seed, runtime, misbehaves, deeds };
}
