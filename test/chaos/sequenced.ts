import type { Gap, History, Message } from "../../client/index.ts";
import type { VirtualMessage } from "./virtual-stream.ts";

/** What one listener of a feed by sequence was told, and what it was promised. */
export interface SequencedLife {
  readonly history: History | undefined;
  readonly messages: readonly Message[];
  readonly gaps: readonly Gap[];
  /** How many messages had been stored when it was promised all that follow; null where it was promised nothing. */
  readonly promisedFrom: number | null;
}

/**
 * Each once, in the stream's order, and whatever is missing is told of.
 * @param stored all that the stream ever stored, in order
 * @param generation which of the streams of that name is there now
 * @returns what is violated, or null
 */
export function sequencedViolation(
  life: SequencedLife,
  stored: readonly VirtualMessage[],
  generation: number,
  matches: (subject: string) => boolean,
): string | null {
  const { history, messages, gaps, promisedFrom } = life;
  const came = new Set<VirtualMessage>();
  let place = -1;
  for (const message of messages) {
    const payload = new TextDecoder().decode(message.data);
    const isThis = (one: VirtualMessage) => one.sequence === message.sequence && one.payload === payload;
    const next = stored.findIndex((one, index) => index > place && isThis(one));
    const original = stored[next];
    if (original === undefined) {
      const before = stored.find(isThis);
      if (before === undefined) return `${payload} came as ${message.sequence}, which was never stored`;
      return `${payload} came ${came.has(before) ? "twice" : "after a later one"}`;
    }
    if (!matches(original.subject)) return `${payload} on ${original.subject} wasn't wanted`;
    if (message.subject !== original.subject) return `${payload} came as on ${message.subject}`;
    came.add(original);
    place = next;
  }
  if (promisedFrom === null) return null;
  const mine = stored.filter(({ subject }) => matches(subject));
  // The last of each subject are taken at one moment: what they had replaced by then isn't wanted.
  const taken =
    "lastPerSubject" in (history ?? {}) ? messages.findLast(({ isHistory }) => isHistory) : undefined;
  const isPromised = new Set(stored.slice(promisedFrom));
  // What a stream had when it was deleted nobody can count; that it was is told, where a trace of it was left.
  const lost = mine.filter(
    (one) =>
      isPromised.has(one) &&
      !came.has(one) &&
      one.generation === generation &&
      one.sequence > (taken?.sequence ?? 0),
  );
  let reported = 0;
  let exactly = 0;
  for (const { missing } of gaps) {
    if (missing === "unknown") continue;
    if ("exactly" in missing) exactly += missing.exactly;
    reported += "exactly" in missing ? missing.exactly : missing.atMost;
  }
  if (lost.length > reported) {
    const names = lost.map(({ payload, sequence }) => `${payload} (${sequence})`).join(", ");
    return `lost ${names}, told of ${reported}`;
  }
  // What one of them got as the last of its subject is missing for the others only.
  const missed = mine.filter((one) => !came.has(one)).length;
  if (taken === undefined && exactly > missed)
    return `said that exactly ${exactly} are missing, of ${missed} that didn't come`;
  return null;
}
