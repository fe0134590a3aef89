import type { Gap, History, Message } from "../../client/index.ts";
import type { VirtualMessage, VirtualStream } from "./virtual-stream.ts";

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
 * @param stream as it is now
 * @param before how many it may have had before those, as far as anybody can know
 * @returns what is violated, or null
 */
export function sequencedViolation(
  life: SequencedLife,
  stored: readonly VirtualMessage[],
  stream: Pick<VirtualStream, "generation" | "kept">,
  matches: (subject: string) => boolean,
  before: number,
): string | null {
  const { generation } = stream;
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
  // Others' messages may be among what may be missing, and what came isn't, unless it was read of another stream ahead of that.
  const readAhead = generation === 0 ? 0 : messages.filter(({ isHistory }) => isHistory).length;
  const bound = before + readAhead + stored.filter((one) => !came.has(one)).length;
  if (taken === undefined && reported > bound)
    return `told of ${reported} that may be missing, where ${bound} didn't come`;
  // Who was told that it can't be known what is missing may have got no history.
  if (gaps.some(({ missing }) => missing === "unknown")) return null;
  const ofIt = mine.filter((one) => one.generation === generation);
  const past = ofIt.filter((one) => !isPromised.has(one));
  const lacking = historyOf(past, history, ofIt.slice(past.length)).filter(
    (one) => stream.kept.includes(one) && !came.has(one),
  );
  if (lacking.length <= reported - lost.length) return null;
  return `history lacks ${lacking.map(({ payload, sequence }) => `${payload} (${sequence})`).join(", ")}`;
}

/**
 * What a listener must get of the past, unless it was discarded; nothing where that isn't certain.
 * @param later what came after it
 */
function historyOf(
  past: readonly VirtualMessage[],
  history: History | undefined,
  later: readonly VirtualMessage[],
): readonly VirtualMessage[] {
  if (history === undefined) return [];
  // What is stored while the last ones are looked for is among them, and comes live.
  if ("last" in history)
    return past.slice(Math.max(0, past.length - Math.max(0, history.last - later.length)));
  if ("lastPerSubject" in history) {
    const after = (index: number) => [...past.slice(index + 1), ...later];
    return past.filter((one, index) => after(index).every(({ subject }) => subject !== one.subject));
  }
  const since = new Date(history.sinceMs).toISOString().slice(0, -1);
  // A clock that was set back lets the server begin anywhere.
  const isInOrder = past.every(({ time }, index) => index === 0 || time >= (past[index - 1]?.time ?? ""));
  return isInOrder ? past.filter(({ time }) => time >= since) : [];
}
