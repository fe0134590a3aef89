/** What a gap says of how many messages are missing. */
export type Missing = { readonly exactly: number } | { readonly atMost: number } | "unknown";

/** A message that a feed handed on. */
export interface Delivery {
  readonly type: "message";
  /** What its publisher wrote into it, to know it again. */
  readonly id: string;
  /** Its place in the stream, where the feed tells it. */
  readonly sequence?: number | undefined;
}

/** A gap that a feed told of. */
export interface ToldGap {
  readonly type: "gap";
  readonly kind: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly missing: Missing;
  readonly recovered: number;
}

/** All that a feed said, in the order in which it said it. */
export type Entry = Delivery | ToldGap;

/** So many missing messages a gap can stand for. */
export function capacityOf(missing: Missing): number {
  if (missing === "unknown") return Number.POSITIVE_INFINITY;
  return "exactly" in missing ? missing.exactly : missing.atMost;
}

/** A gap with what it can still stand for. */
export class OpenGap {
  readonly gap: ToldGap;
  left: number;

  constructor(gap: ToldGap) {
    this.gap = gap;
    this.left = capacityOf(gap.missing);
  }
}

/** How many messages gaps that gave an exact number have promised and not accounted for. */
export function toldTooMany(gaps: readonly OpenGap[]): number {
  const exact = gaps.filter(({ gap: { missing } }) => typeof missing === "object" && "exactly" in missing);
  return exact.reduce((sum, { left }) => sum + left, 0);
}
