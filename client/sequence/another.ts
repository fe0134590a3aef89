import type { Clock } from "../options.ts";
import { isLater, type Mark, type Place } from "./place.ts";
import type { StoredParts } from "./stored.ts";
import type { Stream } from "./stream.ts";
import { pause } from "./wait.ts";

/** So many looks must agree that a stream is another, with so long between them, milliseconds. */
const LOOKS = 4;
const BETWEEN_MS = 500;

/**
 * Whether the stream is another by now, that was given the same name: it has another message where this one
 * had its last, or newer ones before it.
 * @throws AskError
 */
export async function isAnother(
  stream: Pick<Stream, "get" | "signal">,
  { mark, at }: Pick<Place, "mark" | "at">,
  clock: Clock,
): Promise<boolean> {
  for (let look = 0; look < LOOKS; look += 1) {
    // It was discarded, the stream was empty from the beginning, or a replica is behind for a moment.
    if (look > 0) await pause(clock, BETWEEN_MS, stream.signal);
    const there = await hasOther(stream, mark);
    if (there !== null) return there;
    const last = await stream.get({ last_by_subj: ">" });
    if (last === null) return false;
    // It may have got so far between the two questions.
    if (last.sequence > (mark?.sequence ?? at ?? 0)) return (await hasOther(stream, mark)) ?? false;
    if (mark?.time && !isLater(last.time, mark.time)) return false;
  }
  return true;
}

/** Whether a stream has something else in a mark's place; null where it has nothing there. */
export async function hasOther(stream: Pick<Stream, "get">, mark: Mark | null): Promise<boolean | null> {
  const there = mark && (await stream.get({ seq: mark.sequence }));
  return there && mark && !isSame(there, mark);
}

/** Whether a stream has in a mark's place what was there: by its time, or, where that isn't known yet, by what it says. */
export function isSame(there: StoredParts, { time, subject, data }: Mark): boolean {
  if (time !== "") return there.time === time;
  const isEqual = data?.length === there.data.length && data.every((byte, at) => byte === there.data[at]);
  return subject === there.subject && isEqual;
}
