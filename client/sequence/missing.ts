import type { Missing } from "../subscriptions/gap.ts";
import { infoOf, isWhole, type StreamInfo } from "./info.ts";
import type { Unproven } from "./place.ts";
import type { AskFailure } from "./port.ts";
import type { Stream } from "./stream.ts";

/** How often it is counted before a difference counts: what is stored between two requests looks like one. */
const TRIES = 3;

/**
 * How many messages are missing among sequences that nobody has named: those that the stream
 * has no message for at all. The others belong to subjects that the filter doesn't match.
 * @param isGuess whether some of them may not be wanted
 * @returns `unknown` where the server neither counts nor may be asked what it has: they may all be others'
 * @throws AskError
 */
export async function missingOf(stream: Stream, unproven: Unproven, isGuess = false): Promise<Missing> {
  const counted = stream.counts ? await absentOf(stream, unproven) : unproven.count;
  if (counted === 0) return { exactly: 0 };
  // What was counted is an upper bound without it.
  const isBound = (failure: AskFailure) => failure === "denied" || (stream.counts && failure !== "ended");
  const info = await infoOf(stream, isBound);
  if (!stream.counts && info === null) {
    // Where it may not even be read just now, that can be learnt later.
    await stream.find(unproven.after + 1);
    return "unknown";
  }
  const absent = stream.counts ? counted : Math.min(counted, goneFrom(info, unproven));
  const isExact = absent === 0 || (!isGuess && isWhole(info, stream.filter));
  return isExact ? { exactly: absent } : { atMost: absent };
}

async function absentOf(stream: Stream, { after, upTo, count }: Unproven): Promise<number> {
  let absent = count;
  for (let turn = 0; turn < TRIES && absent > 0; turn += 1) {
    const [from, beyond] = await Promise.all([stream.find(after + 1, ">"), stream.find(upTo + 1, ">")]);
    const present = (from?.count ?? 0) - (beyond?.count ?? 0);
    absent = Math.min(absent, Math.max(0, upTo - after - present));
  }
  return absent;
}

/** A server that doesn't count says how much is gone before its first message, and how much since. */
function goneFrom(info: StreamInfo | null, { after }: Unproven): number {
  const { first_seq, num_deleted = 0 } = info?.state ?? {};
  if (first_seq === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, first_seq - 1 - after) + num_deleted;
}

/**
 * Whether messages that were announced and aren't in the stream are kept elsewhere: it could have stored them, has none
 * that matches what is read of it, and what it has stored since `at` is still there. True too where that can't be learnt.
 * @throws AskError
 */
export async function keepsElsewhere(stream: Stream, at: number): Promise<boolean> {
  const info = await infoOf(stream, () => true);
  if (info?.cluster !== undefined && info.cluster.leader === undefined) return false;
  if ((await stream.get({ last_by_subj: stream.filter })) !== null) return false;
  const hasStored = (info?.state?.last_seq ?? 0) > at;
  return !hasStored || (await stream.find(at + 1, ">")) !== null;
}
