import type { Gap } from "../../client/index.ts";
import { covers } from "../../client/sequence/covers.ts";
import {
  FEED_SUBJECTS,
  type FeedAction,
  type FeedDeed,
  type FeedSchedule,
  makeFeedSchedule,
} from "./feed-schedule.ts";
import { FeedWorld } from "./feed-world.ts";
import { shrink, type UpToFailure, upToFailure } from "./lives.ts";
import { sequencedViolation } from "./sequenced.ts";
import { lifeIsOver } from "./settled.ts";
import type { StreamMood } from "./virtual-stream.ts";

/** Longer than all time limits of a feed together, milliseconds. */
const RECOVERY_MS = 90_000;

/** Longer than a feed takes to notice a replaced stream and to account for missing sequences, milliseconds. */
const FINAL_MS = 75_000;

const HEALING: readonly FeedAction[] = [
  { do: "latency", ms: 5 },
  { do: "skew", ms: 0 },
  { do: "mood", mood: "on" },
  { do: "open" },
];

/** A new link, followed by a steady flow of messages; the stream refuses some, one of the first included. */
const BUSY: readonly FeedDeed[] = [
  { action: { do: "cut", isStop: false }, thenMs: 0 },
  { action: { do: "open" }, thenMs: 10 },
  {
    action: { do: "refused", subject: FEED_SUBJECTS[0], count: RECOVERY_MS / 4000, everyMs: 4000 },
    thenMs: 0,
  },
  {
    action: { do: "publish", subject: FEED_SUBJECTS[0], count: RECOVERY_MS / 2000, everyMs: 2000 },
    thenMs: 0,
  },
];

/** Whether the stream keeps every message, and every message can be read within seconds. */
function isReadable({ deeds, limit, limitPerSubject, lastSequence, isInfoDenied }: FeedSchedule): boolean {
  const soon: readonly StreamMood[] = ["on", "behind", "one-behind"];
  const isKept = Math.min(limit, limitPerSubject) >= 1000 && (lastSequence === 0 || !isInfoDenied);
  const isSoon = ({ action }: FeedDeed) =>
    action.do !== "discard" && (action.do !== "mood" || soon.includes(action.mood));
  return isKept && deeds.every(isSoon);
}

const isAlarm = ({ kind, missing }: Gap): boolean =>
  kind === "unreadable" || (kind === "discarded" && missing !== "unknown");

/** Plays a schedule of a feed; returns the violation, or null. */
async function playFeed(schedule: FeedSchedule): Promise<string | null> {
  const world = new FeedWorld(schedule);
  const go = (ms: number) => world.run(world.clock.now() + ms);
  try {
    const live = async (deeds: readonly FeedDeed[]) => {
      for (const { action, thenMs } of deeds) {
        world.act(action);
        await go(thenMs);
      }
    };
    await live(schedule.deeds);
    for (const action of HEALING) world.act(action);
    if (schedule.isBusy) await live(BUSY);
    await go(RECOVERY_MS);
    const { state: then } = world.feed.state;
    if (schedule.isBusy && then !== "current") return `is ${then} as long as messages come`;
    // Only a further message reveals that the last one was discarded before the feed saw it.
    for (const subject of FEED_SUBJECTS) world.act({ do: "publish", subject, count: 1, everyMs: 0 });
    await go(FINAL_MS);
    const { state } = world.feed.state;
    if (state !== "current") return `is ${state} long after every fault ended`;
    for (const listener of world.listeners) {
      const violation = sequencedViolation(
        listener,
        world.stored,
        world.stream,
        (subject) => covers(schedule.filter, subject),
        // If STREAM.INFO was denied, the feed can't know the last sequence of an empty stream.
        world.stream.hasDeniedInfo ? schedule.lastSequence : 0,
      );
      if (violation !== null) return violation;
      const alarm = isReadable(schedule) ? listener.gaps.find(isAlarm) : undefined;
      if (alarm !== undefined)
        return `reported ${JSON.stringify(alarm)} for a stream that has all its messages`;
    }
    world.feed.end();
    await go(0);
    return world.feedClock.pending === 0 ? null : `${world.feedClock.pending} timers are left`;
  } catch (reason) {
    return `threw ${(reason as Error).stack}`;
  } finally {
    world.feed.end();
    await lifeIsOver();
  }
}

/** Reduces a failing schedule to the deeds that it needs to fail. */
export function shrinkFeed(schedule: FeedSchedule): Promise<FeedSchedule> {
  return shrink(schedule, async (one) => (await playFeed(one)) !== null);
}

/** Result of playing many schedules. */
export type FeedCampaign = UpToFailure<FeedSchedule>;

/** Plays the schedules of `count` seeds, `firstSeed` and every `stride` on, until one fails. */
export function feedCampaign(count: number, firstSeed: number, stride = 1): Promise<FeedCampaign> {
  return upToFailure({ count, firstSeed, stride }, makeFeedSchedule, playFeed);
}
