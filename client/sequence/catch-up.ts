import type { Clock } from "../options.ts";
import { type Cursor, isLater, type SeenMessage } from "./cursor.ts";
import type { FeedListeners } from "./feed-listeners.ts";
import type { Losses } from "./losses.ts";
import { AskError } from "./port.ts";
import { StoredMessage, type StoredParts } from "./stored.ts";
import { BATCH_SIZE, type Stream } from "./stream.ts";
import { fallback, loadPart, pause } from "./wait.ts";

/** What a replica hasn't got yet is asked for again: first so soon, then ever later, for so long in all, milliseconds. */
const REREAD_MS = { first: 5, most: 500, all: 5000 } as const;

/** So often in turn it is looked whether the stream is another: who forges old messages without an end stops no feed. */
const MOST_IDENTITY_CHECKS = 10;

/** So many looks must agree that a stream is another, with so long between them, milliseconds. */
const RECREATED_CHECKS = 4;
const RECREATED_CHECK_MS = 500;

/** A stream as one link has it, and what is read of it. */
export interface ReadContext {
  readonly stream: Stream;
  readonly cursor: Cursor;
  readonly losses: Losses;
  readonly listeners: FeedListeners;
  readonly clock: Clock;
}

/**
 * Reads all that the stream has.
 * @returns whether messages were announced that it doesn't have
 */
export async function catchUp(context: ReadContext): Promise<boolean> {
  const { stream, cursor, losses, clock } = context;
  let from = cursor.position;
  // What was announced by then is waited for until then, and ever less of it.
  let overdue = 0;
  let overdueMs = 0;
  let waitedMs = 0;
  cursor.readTarget = null;
  for (;;) {
    // What is read may follow on what another stream had, and would then stand for it.
    for (let check = 0; cursor.needsIdentityCheck && check < MOST_IDENTITY_CHECKS; check += 1)
      await verifyIdentity(context);
    const before = cursor.position ?? 0;
    const hasMore = await readBatch(context);
    const hasMoved = (cursor.position ?? 0) !== before;
    if (cursor.needsIdentityCheck) continue;
    if (hasMore && !hasMoved) throw new AskError("silence");
    if (hasMore) continue;
    const nowMs = clock.now();
    // What came meanwhile shows what whoever answers hasn't got yet; what comes from now on may never end.
    if (cursor.readTarget === null) {
      cursor.readTarget = cursor.highestKnown;
      // Of a server that doesn't count it is known only by now that what moved it was all there was.
      if (!stream.countsPending) from = cursor.position;
      // Another stream has its own time.
      waitedMs = 0;
      overdue = cursor.awaited;
      overdueMs = nowMs + REREAD_MS.all;
    }
    if (hasMoved) waitedMs = 0;
    overdue = Math.min(overdue, cursor.awaited);
    // The clock may have been set back.
    overdueMs = Math.min(overdueMs, nowMs + REREAD_MS.all);
    // Others came, and may go on to come: what hasn't by now isn't among them.
    if (nowMs >= overdueMs && cursor.position !== from) {
      cursor.awaited -= overdue;
      overdue = 0;
    }
    const isAnnounced = overdue > 0;
    if (cursor.lastMissing === 0) {
      if (hasMoved || !isAnnounced) losses.markComplete();
      if (!isAnnounced) return false;
    }
    // Nothing yet of what was announced: it is late, or the stream is another by now.
    const isTooLate = waitedMs >= REREAD_MS.all;
    if (isTooLate || (isAnnounced && waitedMs === REREAD_MS.first)) {
      await verifyIdentity(context);
      if ((cursor.position ?? 0) < before) continue;
      if (isTooLate) {
        const isLacking = cursor.lastMissing > 0 && (await mayBeStored(stream, cursor.lastMissing));
        // What whoever answers lacks it may have when that is counted, and it would be taken for others'.
        if (isLacking) await losses.checkSkipped(stream, false);
        // Meanwhile it may have come, or the stream is another.
        if (cursor.needsIdentityCheck || (await readBatch(context)) || cursor.needsIdentityCheck) continue;
        if (cursor.position !== before) {
          waitedMs = 0;
          continue;
        }
        cursor.skipMissing(cursor.readTarget ?? 0);
        if (isLacking) losses.giveUpSkipped();
        return isAnnounced;
      }
    }
    const delayMs = Math.min(waitedMs + REREAD_MS.first, REREAD_MS.most);
    await pause(clock, delayMs, stream.signal);
    waitedMs += delayMs;
  }
}

/**
 * Reads the next messages. Where the stream only announces them, or didn't say when the last one was stored, that is asked for
 * with them: another stream could have got as far between two looks.
 * @returns whether there may be more
 */
async function readBatch(context: ReadContext): Promise<boolean> {
  const { stream, cursor } = context;
  const wasDoubtful = cursor.needsIdentityCheck;
  const found: StoredParts[] = [];
  const asked = cursor.awaited > 0 || cursor.lastMessage?.time === "" ? cursor.lastMessage : null;
  const [there, hasMore] = await Promise.all([
    holdsOther(stream, cursor, asked),
    stream.read((cursor.position ?? 0) + 1, BATCH_SIZE, (parts) => found.push(parts)),
  ]);
  // It may have got so far between the two questions.
  if (there ?? (found.length > 0 && (await holdsOther(stream, cursor, asked)))) {
    restartFeed(context);
    return true;
  }
  // It was made anew meanwhile, maybe.
  if (cursor.needsIdentityCheck && !wasDoubtful) return hasMore;
  for (const parts of found) cursor.onRead(new StoredMessage(parts, false));
  return hasMore;
}

/** Whether whoever answers may lack a message that was stored; where that can't be found out, what is passed over is told. */
async function mayBeStored(stream: Stream, sequence: number): Promise<boolean> {
  if ((await stream.find(sequence, ">")) !== null) return false;
  const part = loadPart(import("./missing.ts"), stream.signal);
  const ask = part.then((missing) => missing.mayLag(stream, true));
  return ask.catch(fallback(true, (failure) => failure === "not-loaded"));
}

/** Begins anew where the stream is another by now. */
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
 * Whether the stream is another by now, that was given the same name: it has another message where this one
 * had its last, or newer ones before it.
 * @throws AskError
 */
export async function isRecreated(
  stream: Pick<Stream, "get" | "signal">,
  cursor: Pick<Cursor, "lastMessage" | "position">,
  clock: Clock,
): Promise<boolean> {
  const { lastMessage, position } = cursor;
  for (let check = 0; check < RECREATED_CHECKS; check += 1) {
    // It was discarded, the stream was empty from the beginning, or a replica is behind for a moment.
    if (check > 0) await pause(clock, RECREATED_CHECK_MS, stream.signal);
    const there = await holdsOther(stream, cursor, lastMessage);
    if (there !== null) return there;
    const last = await stream.get({ last_by_subj: ">" });
    if (last === null) return false;
    // It may have got so far between the two questions.
    if (last.sequence > (lastMessage?.sequence ?? position ?? 0))
      return (await holdsOther(stream, cursor, lastMessage)) ?? false;
    if (lastMessage?.time && !isLater(last.time, lastMessage.time)) return false;
  }
  return true;
}

/** Whether a stream has something else in a mark's place; null where it has nothing there. What it has says when it was stored. */
async function holdsOther(
  stream: Pick<Stream, "get">,
  cursor: Pick<Cursor, "lastMessage">,
  lastMessage: SeenMessage | null,
): Promise<boolean | null> {
  const there = lastMessage && (await stream.get({ seq: lastMessage.sequence }));
  if (lastMessage === null || there === null) return null;
  const isOurs = isSame(there, lastMessage);
  if (isOurs && cursor.lastMessage === lastMessage) cursor.lastMessage = there;
  return !isOurs;
}

/** Whether a stream has in a mark's place what was there: by its time, or, where that isn't known yet, by what it says. */
function isSame(there: StoredParts, { time, subject, data }: SeenMessage): boolean {
  if (time !== "") return there.time === time;
  const isEqual = data?.length === there.data.length && data.every((byte, at) => byte === there.data[at]);
  return subject === there.subject && isEqual;
}
