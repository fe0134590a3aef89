/** The feeds of a storm: two streams, of which only one republishes, and a subject without a stream. */
export const FEEDS = {
  republished: { subject: "storm.r.>", stream: { name: "R", republished: "again.storm.r.>" } },
  triggered: { subject: "storm.t.>", stream: { name: "T" } },
  core: { subject: "storm.c" },
} as const;

/** A feed's name. */
export type FeedName = keyof typeof FEEDS;

/** The feeds that go by sequence. */
export const SEQUENCED = ["republished", "triggered"] as const;
