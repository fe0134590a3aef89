import type { Bucket, Status } from "../../contract/status.ts";

const DAY_MS = 86_400_000;

/** The stretches of the past that are shown: how many bars each has, and how long one is. */
const SPANS = {
  day: { count: 48, barMs: DAY_MS / 48 },
  quarter: { count: 90, barMs: DAY_MS },
} as const;

/** One bar: a stretch of time and how it went; `none` where nothing was observed, and nothing is claimed. */
export interface Bar {
  readonly fromMs: number;
  readonly outcome: "none" | "good" | "mixed" | "bad";
}

/** What bars are made of: of a bucket, how it went is enough. */
type Past = { readonly observation: Pick<Status["observation"], "observedAtMs"> } & {
  readonly [S in keyof typeof SPANS]: readonly Omit<Bucket, "meanRoundTripMs">[];
};

/** Sums a stretch of the past up to bars, oldest first. They end with the edge's last look: the browser's clock may be wrong. */
export function barsOf(past: Past, of: keyof typeof SPANS): readonly Bar[] {
  const { count, barMs } = SPANS[of];
  const endMs = past.observation.observedAtMs + 1;
  return Array.from({ length: count }, (_, index) => {
    const fromMs = endMs - (count - index) * barMs;
    const own = past[of].filter(({ startMs }) => startMs >= fromMs && startMs < fromMs + barMs);
    const isReached = own.some(({ pass, warn }) => pass + warn > 0);
    const isFailed = own.some(({ fail }) => fail > 0);
    const outcome = isReached ? (isFailed ? "mixed" : "good") : isFailed ? "bad" : "none";
    return { fromMs, outcome };
  });
}
