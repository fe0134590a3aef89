import type { Clock } from "../options.ts";
import { type Cursor, isLater, type SeenMessage } from "./cursor.ts";
import type { FeedListeners } from "./feed-listeners.ts";
import type { Losses } from "./losses.ts";
import { AskError } from "./port.ts";
import { StoredMessage, type StoredParts } from "./stored.ts";
import { BATCH_SIZE, type Stream } from "./stream.ts";
import { fallback, loadPart, pause } from "./wait.ts";

/** Milliseconds between reads of a replica that is behind: rises from `first` to `most`; `all` limits the sum. */
const REREAD_MS = { first: 5, most: 500, all: 5000 } as const;

/** The most identity checks in a row: an attacker who keeps sending forged old messages must not stop a feed. */
const MOST_IDENTITY_CHECKS = 10;

/** How many checks must find nothing at the last message's sequence and newer ones below it; milliseconds between them. */
const RECREATED_CHECKS = 4;
const RECREATED_CHECK_MS = 500;

/** A feed's parts, with its stream as read over one link. */
export interface ReadContext {
  readonly stream: Stream;
  readonly cursor: Cursor;
  readonly losses: Losses;
  readonly listeners: FeedListeners;
  readonly clock: Clock;
}

/**
 * Reads all that the stream has. Waits for messages that are known to exist, or were announced, if they aren't there yet.
 * @returns whether messages were announced that the stream doesn't have
 */
export async function catchUp(context: ReadContext): Promise<boolean> {
  const { stream, cursor, losses, clock } = context;
  let movedFrom = cursor.position;
  // How many announced messages this read still waits for, and until when.
  let awaited = 0;
  let awaitedUntilMs = 0;
  let waitedMs = 0;
  cursor.readTarget = null;
  for (;;) {
    // After a recreation, the new stream's messages must not pass for those that follow in the old one.
    for (let check = 0; cursor.needsIdentityCheck && check < MOST_IDENTITY_CHECKS; check += 1)
      await verifyIdentity(context);
    const before = cursor.position ?? 0;
    const hasMore = await readBatch(context);
    const hasMoved = (cursor.position ?? 0) !== before;
    if (cursor.needsIdentityCheck) continue;
    if (hasMore && !hasMoved) throw new AskError("timeout");
    if (hasMore) continue;
    const nowMs = clock.now();
    // Messages that arrived by now must be read. Those that arrive later must not, or this read might never end.
    if (cursor.readTarget === null) {
      cursor.readTarget = cursor.highestKnown;
      // Without counts it took one more read to see the end: messages may have been announced since the last move.
      if (!stream.countsPending) movedFrom = cursor.position;
      // If the feed was restarted, the new stream gets the full time to wait.
      waitedMs = 0;
      awaited = cursor.awaited;
      awaitedUntilMs = nowMs + REREAD_MS.all;
    }
    if (hasMoved) waitedMs = 0;
    awaited = Math.min(awaited, cursor.awaited);
    // The clock may have been set back.
    awaitedUntilMs = Math.min(awaitedUntilMs, nowMs + REREAD_MS.all);
    // Other messages were read in that time, and more may keep coming: the awaited ones won't be among them.
    if (nowMs >= awaitedUntilMs && cursor.position !== movedFrom) {
      cursor.awaited -= awaited;
      awaited = 0;
    }
    const isAwaiting = awaited > 0;
    if (cursor.lastMissing === 0) {
      if (hasMoved || !isAwaiting) losses.markComplete();
      if (!isAwaiting) return false;
    }
    // No awaited message is in the stream: it is late, or the stream was recreated.
    const isTooLate = waitedMs >= REREAD_MS.all;
    if (isTooLate || (isAwaiting && waitedMs === REREAD_MS.first)) {
      await verifyIdentity(context);
      if ((cursor.position ?? 0) < before) continue;
      if (isTooLate) {
        const mayExist = cursor.lastMissing > 0 && (await mayBeStored(stream, cursor.lastMissing));
        // Before the skip below: once the replica has the missing messages, a count takes them for other subjects'.
        if (mayExist) await losses.checkSkipped(stream, false);
        // During these requests the missing messages may have arrived, or the stream may have been recreated.
        if (cursor.needsIdentityCheck || (await readBatch(context)) || cursor.needsIdentityCheck) continue;
        if (cursor.position !== before) {
          waitedMs = 0;
          continue;
        }
        cursor.skipMissing(cursor.readTarget ?? 0);
        if (mayExist) losses.giveUpSkipped();
        return isAwaiting;
      }
    }
    const delayMs = Math.min(waitedMs + REREAD_MS.first, REREAD_MS.most);
    await pause(clock, delayMs, stream.signal);
    waitedMs += delayMs;
  }
}

/**
 * Reads the next batch. If messages are only announced, or the last one's time is unknown, requests the last message along
 * with it: a stream that was recreated since the last check could have reached the same sequence.
 * @returns whether there may be more
 */
async function readBatch(context: ReadContext): Promise<boolean> {
  const { stream, cursor } = context;
  const neededCheck = cursor.needsIdentityCheck;
  const found: StoredParts[] = [];
  const lastMessage = cursor.awaited > 0 || cursor.lastMessage?.time === "" ? cursor.lastMessage : null;
  const [isOther, hasMore] = await Promise.all([
    holdsOther(stream, cursor, lastMessage),
    stream.read((cursor.position ?? 0) + 1, BATCH_SIZE, (parts) => found.push(parts)),
  ]);
  // The stream may have reached the last message's sequence between the two requests.
  if (isOther ?? (found.length > 0 && (await holdsOther(stream, cursor, lastMessage)))) {
    restartFeed(context);
    return true;
  }
  // What was found may come from a stream that was recreated during the request.
  if (cursor.needsIdentityCheck && !neededCheck) return hasMore;
  for (const parts of found) cursor.onRead(new StoredMessage(parts, false));
  return hasMore;
}

/** Whether a missing message may still be stored, only not on the replica that answers; true if that is unknown. */
async function mayBeStored(stream: Stream, sequence: number): Promise<boolean> {
  if ((await stream.find(sequence, ">")) !== null) return false;
  const part = loadPart(import("./missing.ts"), stream.signal);
  const ask = part.then((missing) => missing.mayLag(stream, true));
  return ask.catch(fallback(true, (failure) => failure === "not-loaded"));
}

/** Checks whether the stream was recreated, and if so restarts the feed. */
export async function verifyIdentity(context: ReadContext): Promise<void> {
  const { stream, cursor, clock } = context;
  const { identityChecksWanted } = cursor;
  const isNewStream = await isRecreated(stream, cursor, clock);
  cursor.identityChecksDone = identityChecksWanted;
  if (isNewStream) restartFeed(context);
  else if (!cursor.needsIdentityCheck) cursor.deliverHeld();
}

function restartFeed({ cursor, losses, listeners }: ReadContext): void {
  losses.report("discarded", "unknown");
  cursor.restart(listeners.restart((message) => !cursor.isFromThisStream(message)));
}

/**
 * Whether the stream was deleted and recreated under the same name: it holds another message at the sequence of the last
 * message, or its own last message is newer but has a lower sequence.
 * @throws AskError
 */
export async function isRecreated(
  stream: Pick<Stream, "get" | "signal">,
  cursor: Pick<Cursor, "lastMessage" | "position">,
  clock: Clock,
): Promise<boolean> {
  const { lastMessage, position } = cursor;
  for (let check = 0; check < RECREATED_CHECKS; check += 1) {
    // No message was there: it was discarded, the stream was empty at first, or a replica is behind for a moment.
    if (check > 0) await pause(clock, RECREATED_CHECK_MS, stream.signal);
    const isOther = await holdsOther(stream, cursor, lastMessage);
    if (isOther !== null) return isOther;
    const last = await stream.get({ last_by_subj: ">" });
    if (last === null) return false;
    // The stream may have reached this sequence between the two requests.
    if (last.sequence > (lastMessage?.sequence ?? position ?? 0))
      return (await holdsOther(stream, cursor, lastMessage)) ?? false;
    if (lastMessage?.time && !isLater(last.time, lastMessage.time)) return false;
  }
  return true;
}

/** Whether a stream holds another message at the sequence of `lastMessage`; null if none. Adds its time if that was unknown. */
async function holdsOther(
  stream: Pick<Stream, "get">,
  cursor: Pick<Cursor, "lastMessage">,
  lastMessage: SeenMessage | null,
): Promise<boolean | null> {
  const stored = lastMessage && (await stream.get({ seq: lastMessage.sequence }));
  if (lastMessage === null || stored === null) return null;
  const isOurs = isSame(stored, lastMessage);
  if (isOurs && cursor.lastMessage === lastMessage) cursor.lastMessage = stored;
  return !isOurs;
}

/** Whether two messages are the same: by their times, or if one is unknown, by subject and payload. */
function isSame(stored: StoredParts, { time, subject, data }: SeenMessage): boolean {
  if (time !== "") return stored.time === time;
  const isEqual = data?.length === stored.data.length && data.every((byte, at) => byte === stored.data[at]);
  return subject === stored.subject && isEqual;
}
