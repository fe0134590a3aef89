import type { Clock } from "../options.ts";
import type { Audience } from "./audience.ts";
import type { Losses } from "./losses.ts";
import { isLater, type Mark, type Place } from "./place.ts";
import { AskError } from "./port.ts";
import { Stored, type StoredParts } from "./stored.ts";
import { BATCH, type Stream } from "./stream.ts";
import { loaded, pause, unanswered } from "./wait.ts";

/** What a replica hasn't got yet is asked for again: first so soon, then ever later, for so long in all, milliseconds. */
const AGAIN_MS = { first: 5, most: 500, all: 5000 } as const;

/** So often in turn it is looked whether the stream is another: who forges old messages without an end stops no feed. */
const MOST_LOOKS = 10;

/** So many looks must agree that a stream is another, with so long between them, milliseconds. */
const LOOKS = 4;
const BETWEEN_MS = 500;

/** A stream as one link has it, and what is read of it. */
export interface Reading {
  readonly stream: Stream;
  readonly place: Place;
  readonly losses: Losses;
  readonly audience: Audience;
  readonly clock: Clock;
}

/**
 * Reads all that the stream has.
 * @returns whether messages were announced that it doesn't have
 */
export async function catchUp(reading: Reading): Promise<boolean> {
  const { stream, place, losses, clock } = reading;
  let from = place.at;
  // What was announced by then is waited for until then, and ever less of it.
  let overdue = 0;
  let overdueMs = 0;
  let waitedMs = 0;
  place.wanted = null;
  for (;;) {
    // What is read may follow on what another stream had, and would then stand for it.
    for (let look = 0; place.isDoubtful && look < MOST_LOOKS; look += 1) await verify(reading);
    const before = place.at ?? 0;
    const hasMore = await readOn(reading);
    const hasMoved = (place.at ?? 0) !== before;
    if (place.isDoubtful) continue;
    if (hasMore && !hasMoved) throw new AskError("silence");
    if (hasMore) continue;
    const nowMs = clock.now();
    // What came meanwhile shows what whoever answers hasn't got yet; what comes from now on may never end.
    if (place.wanted === null) {
      place.wanted = place.goal;
      // Of a server that doesn't count it is known only by now that what moved it was all there was.
      if (!stream.counts) from = place.at;
      // Another stream has its own time.
      waitedMs = 0;
      overdue = place.due;
      overdueMs = nowMs + AGAIN_MS.all;
    }
    if (hasMoved) waitedMs = 0;
    overdue = Math.min(overdue, place.due);
    // The clock may have been set back.
    overdueMs = Math.min(overdueMs, nowMs + AGAIN_MS.all);
    // Others came, and may go on to come: what hasn't by now isn't among them.
    if (nowMs >= overdueMs && place.at !== from) {
      place.due -= overdue;
      overdue = 0;
    }
    const isAnnounced = overdue > 0;
    if (place.lacks === 0) {
      if (hasMoved || !isAnnounced) losses.complete();
      if (!isAnnounced) return false;
    }
    // Nothing yet of what was announced: it is late, or the stream is another by now.
    const isTooLate = waitedMs >= AGAIN_MS.all;
    if (isTooLate || (isAnnounced && waitedMs === AGAIN_MS.first)) {
      await verify(reading);
      if ((place.at ?? 0) < before) continue;
      if (isTooLate) {
        const isLacking = place.lacks > 0 && (await mayLack(stream, place.lacks));
        // What whoever answers lacks it may have when that is counted, and it would be taken for others'.
        if (isLacking) await losses.look(stream, false);
        // Meanwhile it may have come, or the stream is another.
        if (place.isDoubtful || (await readOn(reading)) || place.isDoubtful) continue;
        if (place.at !== before) {
          waitedMs = 0;
          continue;
        }
        place.release(place.wanted ?? 0);
        if (isLacking) losses.giveUp();
        return isAnnounced;
      }
    }
    const delayMs = Math.min(waitedMs + AGAIN_MS.first, AGAIN_MS.most);
    await pause(clock, delayMs, stream.signal);
    waitedMs += delayMs;
  }
}

/**
 * Reads the next messages. Where the stream only announces them, or didn't say when the last one was stored, that is asked for
 * with them: another stream could have got as far between two looks.
 * @returns whether there may be more
 */
async function readOn(reading: Reading): Promise<boolean> {
  const { stream, place } = reading;
  const wasDoubtful = place.isDoubtful;
  const found: StoredParts[] = [];
  const asked = place.due > 0 || place.mark?.time === "" ? place.mark : null;
  const [there, hasMore] = await Promise.all([
    hasOther(stream, place, asked),
    stream.read((place.at ?? 0) + 1, BATCH, (parts) => found.push(parts)),
  ]);
  // It may have got so far between the two questions.
  if (there ?? (found.length > 0 && (await hasOther(stream, place, asked)))) {
    restart(reading);
    return true;
  }
  // It was made anew meanwhile, maybe.
  if (place.isDoubtful && !wasDoubtful) return hasMore;
  for (const parts of found) place.read(new Stored(parts, false));
  return hasMore;
}

/** Whether whoever answers may lack a message that was stored; where that can't be found out, what is passed over is told. */
async function mayLack(stream: Stream, sequence: number): Promise<boolean> {
  if ((await stream.find(sequence, ">")) !== null) return false;
  const part = loaded(import("./missing.ts"), stream.signal);
  const ask = part.then((missing) => missing.mayLack(stream, true));
  return ask.catch(unanswered(true, (failure) => failure === "not-loaded"));
}

/** Begins anew where the stream is another by now. */
export async function verify(reading: Reading): Promise<void> {
  const { stream, place, clock } = reading;
  const { doubts } = place;
  const isOther = await isAnother(stream, place, clock);
  place.settledDoubts = doubts;
  if (isOther) restart(reading);
  else if (!place.isDoubtful) place.followOn();
}

function restart({ place, losses, audience }: Reading): void {
  losses.tell("discarded", "unknown");
  place.restart(audience.restart((message) => !place.isBefore(message)));
}

/**
 * Whether the stream is another by now, that was given the same name: it has another message where this one
 * had its last, or newer ones before it.
 * @throws AskError
 */
export async function isAnother(
  stream: Pick<Stream, "get" | "signal">,
  place: Pick<Place, "mark" | "at">,
  clock: Clock,
): Promise<boolean> {
  const { mark, at } = place;
  for (let look = 0; look < LOOKS; look += 1) {
    // It was discarded, the stream was empty from the beginning, or a replica is behind for a moment.
    if (look > 0) await pause(clock, BETWEEN_MS, stream.signal);
    const there = await hasOther(stream, place, mark);
    if (there !== null) return there;
    const last = await stream.get({ last_by_subj: ">" });
    if (last === null) return false;
    // It may have got so far between the two questions.
    if (last.sequence > (mark?.sequence ?? at ?? 0)) return (await hasOther(stream, place, mark)) ?? false;
    if (mark?.time && !isLater(last.time, mark.time)) return false;
  }
  return true;
}

/** Whether a stream has something else in a mark's place; null where it has nothing there. What it has says when it was stored. */
async function hasOther(
  stream: Pick<Stream, "get">,
  place: Pick<Place, "mark">,
  mark: Mark | null,
): Promise<boolean | null> {
  const there = mark && (await stream.get({ seq: mark.sequence }));
  if (mark === null || there === null) return null;
  const isOurs = isSame(there, mark);
  if (isOurs && place.mark === mark) place.mark = there;
  return !isOurs;
}

/** Whether a stream has in a mark's place what was there: by its time, or, where that isn't known yet, by what it says. */
function isSame(there: StoredParts, { time, subject, data }: Mark): boolean {
  if (time !== "") return there.time === time;
  const isEqual = data?.length === there.data.length && data.every((byte, at) => byte === there.data[at]);
  return subject === there.subject && isEqual;
}
