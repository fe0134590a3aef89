import type { Missing } from "../subscriptions/gap.ts";
import type { SkippedRange } from "./cursor.ts";
import { matchesWholeStream, requestInfo, type StreamInfo } from "./info.ts";
import type { AskFailure } from "./port.ts";
import type { Stream } from "./stream.ts";

/** In so many turns it is counted at least, and at most where they don't all come to one number. */
const COUNTS = { least: 3, most: 7 } as const;

/**
 * How many messages are missing among sequences that nobody has named: those that the stream
 * has no message for at all. The others belong to subjects that the filter doesn't match.
 * @param isInexact whether some of them may not be wanted
 * @returns `unknown` where the server neither counts nor may be asked what it has: they may all be others'; null where
 * replicas contradict each other: it can be learnt when those that are behind have caught up
 * @throws AskError
 */
export async function countMissing(
  stream: Stream,
  skipped: SkippedRange,
  isInexact = false,
): Promise<Missing | null> {
  const counted = stream.countsPending ? await countAbsent(stream, skipped) : skipped.count;
  if (counted === null) return null;
  if (counted === 0) return { exactly: 0 };
  // What was counted is an upper bound without it.
  const isBound = (failure: AskFailure) =>
    failure === "denied" || (stream.countsPending && failure !== "ended");
  const info = await requestInfo(stream, isBound);
  if (!stream.countsPending && info === null) {
    // Where it may not even be read just now, that can be learnt later.
    await stream.find(skipped.after + 1);
    return "unknown";
  }
  const absent = stream.countsPending ? counted : Math.min(counted, countDeleted(info, skipped));
  // None of them is another's then: what is counted may be wrong.
  if (!isInexact && matchesWholeStream(info, stream.filter)) return { exactly: skipped.count };
  return absent === 0 ? { exactly: 0 } : { atMost: absent };
}

/**
 * Counts what is there from both ends on; what lies beyond before and after the rest: the truth lies between what those two
 * come to, whatever is stored or discarded meanwhile. Replicas answer by chance, and one that is behind moves that by what
 * it lacks: mostly not by the same in each turn.
 * @returns null where they contradict each other
 * @throws AskError
 */
async function countAbsent(stream: Stream, { after, upTo, count }: SkippedRange): Promise<number | null> {
  const bounds: (readonly [least: number, most: number])[] = [];
  const votes = (one: number) => bounds.filter(([least, most]) => least <= one && one <= most).length;
  for (;;) {
    const starts = [upTo + 1, after + 1, upTo + 1];
    const found = await Promise.all(starts.map((start) => stream.find(start, ">")));
    const [before = 0, from = 0, beyond = 0] = found.map((one) => one?.count ?? 0);
    const absent = (rest: number) => Math.min(count, Math.max(0, upTo - after - from + rest));
    bounds.push([absent(Math.min(before, beyond)), absent(Math.max(before, beyond))]);
    if (bounds.length < COUNTS.least) continue;
    // Mostly none is, and where much is stored all the time the bounds never meet: that is asked no longer than it takes.
    if (votes(0) === bounds.length) return 0;
    const most = Math.max(...bounds.flat());
    if (most === Math.min(...bounds.flat())) return most;
    if (bounds.length < COUNTS.most) continue;
    // One turn may say otherwise.
    const best = Math.max(...bounds.flat().map(votes));
    if (best < bounds.length - 1) return null;
    return votes(0) === best ? 0 : most;
  }
}

/** A server that doesn't count says how much is gone before its first message, and how much since. */
function countDeleted(info: StreamInfo | null, { after }: SkippedRange): number {
  const { first_seq, num_deleted = 0 } = info?.state ?? {};
  if (first_seq === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, first_seq - 1 - after) + num_deleted;
}

/**
 * Whether a message from which on nothing is there may only be lacking where the answers come from. It is gone where just
 * that is kept which the leader keeps.
 * @param isUnknown what is said of nothing at all where the leader may not be asked
 * @throws AskError
 */
export async function mayLag(stream: Stream, isUnknown: boolean): Promise<boolean> {
  const all = await stream.find(1, ">");
  const info = await requestInfo(stream, (failure) => failure !== "ended");
  const { messages, first_seq } = info?.state ?? {};
  if (all === null) return messages === undefined ? isUnknown : messages > 0;
  // An older state keeps as many of each subject, and others of them.
  const keepsLast = (info?.config?.max_msgs_per_subject ?? 0) > 0;
  return !stream.countsPending || keepsLast || all.count !== messages || all.first.sequence !== first_seq;
}

/**
 * Whether messages that were announced and aren't in the stream are kept elsewhere: it could have stored them, has none
 * that matches what is read of it, and what it has stored since `at` is still there. True too where that can't be learnt.
 * @throws AskError
 */
export async function isStoredElsewhere(stream: Stream, at: number): Promise<boolean> {
  const info = await requestInfo(stream, () => true);
  if (info?.cluster !== undefined && info.cluster.leader === undefined) return false;
  if ((await stream.get({ last_by_subj: stream.filter })) !== null) return false;
  const hasStored = (info?.state?.last_seq ?? 0) > at;
  return !hasStored || (await stream.find(at + 1, ">")) !== null;
}
