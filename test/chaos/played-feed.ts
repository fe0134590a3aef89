/** A feed whose life a test plays step by step. */
import { onTestFinished } from "vitest";
import { type FeedSchedule, QUIET_LIFE } from "./feed-schedule.ts";
import { FeedWorld } from "./feed-world.ts";

/** A feed in a world of its own, which ends with the test. */
export async function playedFeed(changes: Partial<FeedSchedule> = {}): Promise<FeedWorld> {
  // Another test of this thread may have taken these away: to load them again would take real time, of which virtual
  // time knows nothing.
  await Promise.all([
    import("../../client/sequence/history.ts"),
    import("../../client/sequence/info.ts"),
    import("../../client/sequence/missing.ts"),
    import("../../client/sequence/one-by-one.ts"),
  ]);
  const world = new FeedWorld({ ...QUIET_LIFE, ...changes });
  onTestFinished(() => world.feed.end());
  return world;
}

/** Lets virtual time pass. */
export function passes(world: FeedWorld, ms: number): Promise<void> {
  return world.run(world.clock.now() + ms);
}
