import type { Missing } from "../subscriptions/gap.ts";
import type { SkippedRange } from "./cursor.ts";
import { matchesWholeStream, requestInfo, type StreamInfo } from "./info.ts";
import type { AskFailure } from "./port.ts";
import type { Stream } from "./stream.ts";

/** How often to count at least, and at most if the counts don't agree. */
const COUNTS = { least: 3, most: 7 } as const;

/**
 * How many messages of a skipped range are missing: at their sequences, the stream has no message. At the range's other
 * sequences it has messages on other subjects.
 * @param isInexact whether listeners may not want all messages of the range, so that the count is an upper bound
 * @returns `unknown` if the server neither counts messages nor permits STREAM.INFO; null if replicas disagree, until those
 * that are behind have caught up
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
  // Without the info, the count is still an upper bound.
  const isOptional = (failure: AskFailure) =>
    failure === "denied" || (stream.countsPending && failure !== "ended");
  const info = await requestInfo(stream, isOptional);
  if (!stream.countsPending && info === null) {
    // Throws if the stream can't be read right now either: then the count may be known later.
    await stream.find(skipped.after + 1);
    return "unknown";
  }
  const absent = stream.countsPending ? counted : Math.min(counted, countDeleted(info, skipped));
  // No message of the range can be on another subject, so all are missing, whatever a lagging replica counted.
  if (!isInexact && matchesWholeStream(info, stream.filter)) return { exactly: skipped.count };
  return absent === 0 ? { exactly: 0 } : { atMost: absent };
}

/**
 * Counts the sequences of a range at which the stream has no message, from the number of messages after its start and
 * after its end. The number after its end is requested twice, before and after the other: the two results are bounds that
 * hold whatever is stored or discarded in between. A replica that is behind shifts a result, but rarely twice by as much.
 * @returns null if replicas disagree
 * @throws AskError
 */
async function countAbsent(stream: Stream, { after, upTo, count }: SkippedRange): Promise<number | null> {
  const bounds: (readonly [least: number, most: number])[] = [];
  const votes = (one: number) => bounds.filter(([least, most]) => least <= one && one <= most).length;
  for (;;) {
    const starts = [upTo + 1, after + 1, upTo + 1];
    const found = await Promise.all(starts.map((start) => stream.find(start, ">")));
    const [before = 0, from = 0, beyond = 0] = found.map((one) => one?.count ?? 0);
    const absentIf = (rest: number) => Math.min(count, Math.max(0, upTo - after - from + rest));
    bounds.push([absentIf(Math.min(before, beyond)), absentIf(Math.max(before, beyond))]);
    if (bounds.length < COUNTS.least) continue;
    // The usual result, and known even on a busy stream, where the bounds never meet.
    if (votes(0) === bounds.length) return 0;
    const most = Math.max(...bounds.flat());
    if (most === Math.min(...bounds.flat())) return most;
    if (bounds.length < COUNTS.most) continue;
    // One count may differ.
    const best = Math.max(...bounds.flat().map(votes));
    if (best < bounds.length - 1) return null;
    return votes(0) === best ? 0 : most;
  }
}

/** For a server that doesn't count: how many sequences before the stream's first message, and deleted ones after it. */
function countDeleted(info: StreamInfo | null, { after }: SkippedRange): number {
  const { first_seq, num_deleted = 0 } = info?.state ?? {};
  if (first_seq === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, first_seq - 1 - after) + num_deleted;
}

/**
 * Whether the replica that answers may be behind, so that the end of its messages isn't the end of the stream. It isn't
 * behind if it holds exactly what the leader holds.
 * @param ifUnknown the result for a replica without any message if the leader gives no info
 * @throws AskError
 */
export async function mayLag(stream: Stream, ifUnknown: boolean): Promise<boolean> {
  const all = await stream.find(1, ">");
  const info = await requestInfo(stream, (failure) => failure !== "ended");
  const { messages, first_seq } = info?.state ?? {};
  if (all === null) return messages === undefined ? ifUnknown : messages > 0;
  // Under this limit a replica that is behind may hold as many messages as the leader, only older ones.
  const keepsLast = (info?.config?.max_msgs_per_subject ?? 0) > 0;
  return !stream.countsPending || keepsLast || all.count !== messages || all.first.sequence !== first_seq;
}

/**
 * Whether announced messages that the stream doesn't have are stored elsewhere: the stream has a leader, has no message of
 * the filter, and still has what it stored after `position`. True if that is unknown.
 * @throws AskError
 */
export async function isStoredElsewhere(stream: Stream, position: number): Promise<boolean> {
  const info = await requestInfo(stream, () => true);
  if (info?.cluster !== undefined && info.cluster.leader === undefined) return false;
  if ((await stream.get({ last_by_subj: stream.filter })) !== null) return false;
  const hasStored = (info?.state?.last_seq ?? 0) > position;
  return !hasStored || (await stream.find(position + 1, ">")) !== null;
}
