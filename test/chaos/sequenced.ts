import type { Gap, History, Message } from "../../client/index.ts";
import type { VirtualMessage, VirtualStream } from "./virtual-stream.ts";

/** What one listener of a feed by sequence received, and what it was owed. */
export interface ListenerRecord {
  readonly history: History | undefined;
  readonly messages: readonly Message[];
  readonly gaps: readonly Gap[];
  /** Index in `stored` from which on the listener is owed every message; null if it never was. */
  readonly owedFrom: number | null;
}

/**
 * Checks that a listener got each message once and in the stream's order, and that gaps report all that are missing.
 * @param stored every message that the stream ever stored, in order
 * @param stream as it is at the end
 * @param before upper bound of the messages that the stream may have had before those
 * @returns the violation, or null
 */
export function sequencedViolation(
  record: ListenerRecord,
  stored: readonly VirtualMessage[],
  stream: Pick<VirtualStream, "generation" | "kept">,
  matches: (subject: string) => boolean,
  before: number,
): string | null {
  const { generation } = stream;
  const { history, messages, gaps, owedFrom } = record;
  const came = new Set<VirtualMessage>();
  let position = -1;
  for (const message of messages) {
    const payload = new TextDecoder().decode(message.data);
    const isThis = (one: VirtualMessage) => one.sequence === message.sequence && one.payload === payload;
    const next = stored.findIndex((one, index) => index > position && isThis(one));
    const original = stored[next];
    if (original === undefined) {
      const before = stored.find(isThis);
      if (before === undefined)
        return `${payload} came with the sequence ${message.sequence}, under which it was never stored`;
      return `${payload} came ${came.has(before) ? "twice" : "after a later one"}`;
    }
    if (!matches(original.subject)) return `${payload} on ${original.subject} doesn't match the filter`;
    if (message.subject !== original.subject) return `${payload} came under the subject ${message.subject}`;
    came.add(original);
    position = next;
  }
  if (owedFrom === null) return null;
  const mine = stored.filter(({ subject }) => matches(subject));
  // A `lastPerSubject` history is read at one moment: messages that were replaced before it aren't owed.
  const lastOfHistory =
    "lastPerSubject" in (history ?? {}) ? messages.findLast(({ isHistory }) => isHistory) : undefined;
  const owed = new Set(stored.slice(owedFrom));
  // The messages of a deleted stream can't be counted, so only those of the current one must be accounted for.
  const lost = mine.filter(
    (one) =>
      owed.has(one) &&
      !came.has(one) &&
      one.generation === generation &&
      one.sequence > (lastOfHistory?.sequence ?? 0),
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
    return `lost ${names}, but gaps report only ${reported}`;
  }
  // After a `lastPerSubject` history, a message that this listener got can still be missing for others of the feed.
  const missed = mine.filter((one) => !came.has(one)).length;
  if (lastOfHistory === undefined && exactly > missed)
    return `gaps report exactly ${exactly} missing, but only ${missed} didn't come`;
  // A bound may include messages of other subjects, but none that came (except from a stream since replaced).
  const readAhead = generation === 0 ? 0 : messages.filter(({ isHistory }) => isHistory).length;
  const bound = before + readAhead + stored.filter((one) => !came.has(one)).length;
  if (lastOfHistory === undefined && reported > bound)
    return `gaps report up to ${reported} missing, but at most ${bound} didn't come`;
  // A gap of unknown size may cover the whole history.
  if (gaps.some(({ missing }) => missing === "unknown")) return null;
  const current = mine.filter((one) => one.generation === generation);
  const past = current.filter((one) => !owed.has(one));
  const lacking = historyOf(past, history, current.slice(past.length)).filter(
    (one) => stream.kept.includes(one) && !came.has(one),
  );
  if (lacking.length <= reported - lost.length) return null;
  return `the history lacks ${lacking.map(({ payload, sequence }) => `${payload} (${sequence})`).join(", ")}`;
}

/**
 * The stored messages that a history must contain, unless they were discarded; none if that isn't certain.
 * @param past the messages stored before the listener was owed everything
 * @param later the messages stored since
 */
function historyOf(
  past: readonly VirtualMessage[],
  history: History | undefined,
  later: readonly VirtualMessage[],
): readonly VirtualMessage[] {
  if (history === undefined) return [];
  // Messages stored while the history is read count towards `last`, and are delivered live.
  if ("last" in history)
    return past.slice(Math.max(0, past.length - Math.max(0, history.last - later.length)));
  if ("lastPerSubject" in history) {
    const after = (index: number) => [...past.slice(index + 1), ...later];
    return past.filter((one, index) => after(index).every(({ subject }) => subject !== one.subject));
  }
  const since = new Date(history.sinceMs).toISOString().slice(0, -1);
  // If the server's clock was set back, it may begin anywhere.
  const isInOrder = past.every(({ time }, index) => index === 0 || time >= (past[index - 1]?.time ?? ""));
  return isInOrder ? past.filter(({ time }) => time >= since) : [];
}
