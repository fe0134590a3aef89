/** The number of missing messages in a gap. */
export type Missing = { readonly exactly: number } | { readonly atMost: number } | "unknown";

/** A message that a feed delivered. */
export interface Delivery {
  readonly type: "message";
  /** The id that the publisher wrote into the message. */
  readonly id: string;
  /** The message's sequence, if the feed reports it. */
  readonly sequence?: number | undefined;
}

/** A gap that a feed reported. */
export interface ToldGap {
  readonly type: "gap";
  readonly kind: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly missing: Missing;
  readonly recovered: number;
}

/** Everything that a feed reported, in order. */
export type Entry = Delivery | ToldGap;

/** Number of missing messages that a gap can account for. */
export function capacityOf(missing: Missing): number {
  if (missing === "unknown") return Number.POSITIVE_INFINITY;
  return "exactly" in missing ? missing.exactly : missing.atMost;
}

/** A gap with its remaining capacity. */
export class OpenGap {
  readonly gap: ToldGap;
  left: number;

  constructor(gap: ToldGap) {
    this.gap = gap;
    this.left = capacityOf(gap.missing);
  }
}

/** Messages in excess that gaps with an exact number reported as missing. */
export function overReported(gaps: readonly OpenGap[]): number {
  const exact = gaps.filter(({ gap: { missing } }) => typeof missing === "object" && "exactly" in missing);
  return exact.reduce((sum, { left }) => sum + left, 0);
}
