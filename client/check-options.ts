import { checkOptions, type SubscribeOptions } from "./options.ts";
import type { History, StreamSource } from "./sequence/port.ts";
import { checkPublishSubject, checkSubscribeSubject, checkText } from "./subject.ts";
import type { Wish } from "./subscriptions/wanted.ts";

/** Epoch milliseconds that the server can read as a time, in four digits of a year: what it can't is mostly of other units. */
const [EARLIEST_MS, LATEST_MS] = [-6e13, 2.5e14];

const SOURCE_TYPES = {
  name: "string",
  history: "Object",
  republished: "string",
  directGet: "string",
} satisfies Record<keyof StreamSource, string>;

/**
 * What is wanted of a subject, checked.
 * @throws TypeError or RangeError that names what is wrong and the fix
 */
export function checkWish(subject: string, { queue, stream }: SubscribeOptions): Wish {
  if (queue !== undefined && stream !== undefined) {
    throw new TypeError("queue and stream don't go together: give one");
  }
  return {
    subject: checkSubscribeSubject(subject),
    queue: queue === undefined ? null : checkText("queue", queue),
    source: stream === undefined ? null : checkSource(stream),
  };
}

function checkSource(stream: string | StreamSource): StreamSource {
  const source = typeof stream === "string" ? { name: stream } : stream;
  checkOptions("stream", source, SOURCE_TYPES);
  // It becomes a part of the subjects on which it is asked for.
  if (/[.*>/\\]/.test(checkText("stream name", source.name))) {
    throw new TypeError(`stream name "${source.name}" is no stream's: give it without . * > / \\`);
  }
  if (source.republished !== undefined) checkSubscribeSubject(source.republished, "republished");
  if (source.directGet !== undefined) checkPublishSubject(source.directGet, "directGet");
  if (source.history !== undefined) checkHistory(source.history);
  return source;
}

function checkHistory(history: History): void {
  const [[name, value] = ["last", undefined], ...others] = Object.entries(history);
  const isOne =
    (name === "lastPerSubject" && value === true) ||
    (name === "last" && Number.isInteger(value) && value >= 1) ||
    (name === "sinceMs" && Number.isFinite(value) && value > EARLIEST_MS && value < LATEST_MS);
  if (!isOne || others.length > 0)
    throw new RangeError(
      `history.${name} is ${value}: give one of last from 1 on, sinceMs as epoch milliseconds, lastPerSubject: true`,
    );
}
