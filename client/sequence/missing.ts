import type { Missing } from "../subscriptions/gap.ts";
import { infoOf, isWhole, type StreamInfo } from "./info.ts";
import type { Unproven } from "./place.ts";
import { AskError, type AskFailure } from "./port.ts";
import type { Stream } from "./stream.ts";

/** In so many turns it is counted at least, and at most where they don't all come to one number. */
const TURNS = { least: 3, most: 7 } as const;

/**
 * How many messages are missing among sequences that nobody has named: those that the stream
 * has no message for at all. The others belong to subjects that the filter doesn't match.
 * @param isGuess whether some of them may not be wanted
 * @returns `unknown` where the server neither counts nor may be asked what it has: they may all be others'
 * @throws AskError
 */
export async function missingOf(stream: Stream, unproven: Unproven, isGuess = false): Promise<Missing> {
  const [counted, isAgreed] = stream.counts ? await absentOf(stream, unproven) : [unproven.count, true];
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
  const isExact = absent === 0 || (!isGuess && isAgreed && isWhole(info, stream.filter));
  return isExact ? { exactly: absent } : { atMost: absent };
}

/**
 * Counts what is there from both ends on; what lies beyond before and after the rest, so that the truth lies between what
 * those two come to, whatever is stored or discarded meanwhile. Replicas answer by chance, and one that is behind moves that
 * by what it lacks: mostly not by the same in each turn.
 * @returns how many are missing, and whether no answer says otherwise
 * @throws AskError where too many do: it can be learnt when that replica has caught up
 */
async function absentOf(stream: Stream, { after, upTo, count }: Unproven): Promise<[number, boolean]> {
  const turns: { readonly least: number; readonly most: number }[] = [];
  const votes = (one: number) => turns.filter(({ least, most }) => least <= one && one <= most).length;
  for (;;) {
    const starts = [upTo + 1, after + 1, upTo + 1];
    const found = await Promise.all(starts.map((start) => stream.find(start, ">")));
    const [before = 0, from = 0, beyond = 0] = found.map((one) => one?.count ?? 0);
    const absent = (rest: number) => Math.min(count, Math.max(0, upTo - after - from + rest));
    turns.push({ least: absent(Math.min(before, beyond)), most: absent(Math.max(before, beyond)) });
    if (turns.length < TURNS.least) continue;
    const ends = turns.flatMap(({ least, most }) => [least, most]);
    const [least, most] = [Math.min(...ends), Math.max(...ends)];
    if (least === most) return [least, true];
    if (turns.length < TURNS.most) continue;
    const best = Math.max(...ends.map(votes));
    const likely = ends.filter((end) => votes(end) === best);
    const [low, high] = [Math.min(...likely), Math.max(...likely)];
    // Where much is stored all the time the bounds never meet; one turn may say otherwise.
    if (best === turns.length) return low === 0 ? [0, true] : [high, low === high];
    if (best < turns.length - 1 || (low === 0 && high > 0)) throw new AskError("silence");
    return [low === 0 ? 0 : most, false];
  }
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
