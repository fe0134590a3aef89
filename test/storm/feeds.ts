/** The feeds of a storm: a stream that republishes, a stream that doesn't, and a subject without a stream. */
export const FEEDS = {
  republished: { subject: "storm.r.>", stream: { name: "R", republished: "again.storm.r.>" } },
  triggered: { subject: "storm.t.>", stream: { name: "T" } },
  core: { subject: "storm.c" },
} as const;

/** A feed's name. */
export type FeedName = keyof typeof FEEDS;

/** The feeds by sequence. */
export const SEQUENCED = ["republished", "triggered"] as const;
