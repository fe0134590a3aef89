import { fromText } from "../protocol/subject.ts";
import type { StoredMessage, Stream } from "./stream.ts";

/** A reply to a Direct Get: a message, or a status without a message. */
export interface Answer {
  readonly headers: Buffer;
  readonly data: Buffer;
}

/** Default fields of a Direct Get request (NATS ADR-31; nats-server's `JSApiMsgGetRequest`). */
const DEFAULT_REQUEST = {
  seq: 0,
  last_by_subj: "",
  next_by_subj: "",
  batch: 0,
  max_bytes: 0,
  start_time: "",
  multi_last: [] as readonly string[],
  up_to_seq: 0,
};

type Request = Readonly<typeof DEFAULT_REQUEST>;

const NO_DATA = Buffer.alloc(0);

/** nats-server's limit of `multi_last` results. */
const MAX_LAST_MESSAGES = 1024;

/** Size limit of a batch without `max_bytes`: the server's default limit of pending bytes. */
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** Replies to `$JS.API.DIRECT.GET.<stream>`, as nats-server 2.15 does. */
export function directGet(stream: Stream, payload: Buffer): readonly Answer[] {
  if (payload.length === 0) return [status("408 Empty Request")];
  const request = readRequest(payload);
  if (request === undefined) return [status("408 Malformed Request")];
  const { seq, last_by_subj, next_by_subj, batch, start_time, multi_last } = request;
  const isEmpty =
    seq === 0 && last_by_subj === "" && next_by_subj === "" && start_time === "" && multi_last.length === 0;
  if (isEmpty) return [status("408 Empty Request")];
  const isMixed = last_by_subj !== "" && (seq > 0 || next_by_subj !== "" || batch > 0 || start_time !== "");
  if (isMixed || (start_time !== "" && seq > 0)) return [status("408 Bad Request")];
  if (multi_last.length > 0) return lastOfEach(stream, request);
  if (last_by_subj !== "") return directGetLast(stream, fromText(last_by_subj));
  return read(stream, request);
}

/** Replies to `$JS.API.DIRECT.GET.<stream>.<subject>` with the last message of the subject. */
export function directGetLast(stream: Stream, subject: string): readonly Answer[] {
  const message = stream.lastOfEach([subject]).at(-1);
  return [message === undefined ? NOT_FOUND : answer(stream, message)];
}

function read(stream: Stream, request: Request): readonly Answer[] {
  const { next_by_subj, batch, start_time } = request;
  const from = start_time === "" ? request.seq : stream.sequenceAt(Date.parse(start_time));
  const pattern = next_by_subj === "" ? ">" : fromText(next_by_subj);
  // A request by sequence alone doesn't skip to the next existing message.
  const isExact = next_by_subj === "" && start_time === "";
  if (isExact && stream.get(from) === undefined) return [NOT_FOUND];
  const found = [...stream.from(from, pattern)];
  const [first] = found;
  if (first === undefined) return [NOT_FOUND];
  if (batch === 0) return [answer(stream, first)];
  return batchOf(stream, found, request);
}

function lastOfEach(stream: Stream, request: Request): readonly Answer[] {
  const upTo = request.up_to_seq || stream.lastSequence;
  const found = stream.lastOfEach(request.multi_last.map(fromText), upTo);
  if (found.length === 0) return [status("404 No Results")];
  if (found.length > MAX_LAST_MESSAGES) return [status("413 Too Many Results")];
  return batchOf(stream, found, { ...request, batch: Math.max(0, request.batch) }, upTo);
}

/** @param upTo the sequence up to which a `multi_last` request was answered */
function batchOf(
  stream: Stream,
  found: readonly StoredMessage[],
  { batch, max_bytes }: Request,
  upTo?: number,
): readonly Answer[] {
  const answers: Answer[] = [];
  let last = 0;
  let bytes = 0;
  for (const message of found.slice(0, batch === 0 ? found.length : Math.max(0, batch))) {
    const pending = found.length - answers.length - 1;
    answers.push(answer(stream, message, `Nats-Num-Pending: ${pending}\r\nNats-Last-Sequence: ${last}\r\n`));
    last = message.sequence;
    bytes += message.subject.length + message.headers.length + message.data.length;
    if (bytes >= (max_bytes || DEFAULT_MAX_BYTES)) break;
  }
  const pending = found.length - answers.length;
  const upToLine = upTo === undefined ? "" : `\r\nNats-UpTo-Sequence: ${upTo}`;
  return [
    ...answers,
    status(`204 EOB\r\nNats-Num-Pending: ${pending}\r\nNats-Last-Sequence: ${last}${upToLine}`),
  ];
}

/** Header block of a message that the stream replies with or republishes: the message's own headers come first. */
export function streamHeaders(
  { name }: Stream,
  { headers, subject, sequence, time }: StoredMessage,
  more = "",
): Buffer {
  const own = headers.length === 0 ? "NATS/1.0\r\n" : headers.toString("latin1").replace(/\r\n$/, "");
  const added = `Nats-Stream: ${name}\r\nNats-Subject: ${subject}\r\nNats-Sequence: ${sequence}\r\nNats-Time-Stamp: ${time}\r\n`;
  return Buffer.from(`${own}${added}${more}\r\n`, "latin1");
}

function answer(stream: Stream, message: StoredMessage, more = ""): Answer {
  return { headers: streamHeaders(stream, message, more), data: message.data };
}

function status(text: string): Answer {
  return { headers: Buffer.from(`NATS/1.0 ${text}\r\n\r\n`, "latin1"), data: NO_DATA };
}

const NOT_FOUND = status("404 Message Not Found");

const isText = (value: unknown): boolean => typeof value === "string";
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);
const isSequence = (value: unknown): boolean => isWhole(value) && (value as number) >= 0;

/** Validity checks of the request's fields. */
const FIELD_CHECKS: Readonly<Record<keyof Request, (value: unknown) => boolean>> = {
  seq: isSequence,
  last_by_subj: isText,
  next_by_subj: isText,
  batch: isWhole,
  max_bytes: isWhole,
  start_time: (value) => isText(value) && !Number.isNaN(Date.parse(value as string)),
  multi_last: (value) => Array.isArray(value) && value.every(isText),
  up_to_seq: isSequence,
};

/** Parses a request; undefined when it isn't JSON or a field has the wrong type. */
function readRequest(payload: Buffer): Request | undefined {
  let given: unknown;
  try {
    given = JSON.parse(payload.toString("utf8"));
  } catch {
    return undefined;
  }
  if (typeof given !== "object" || Array.isArray(given)) return undefined;
  const fields = Object.entries(given ?? {}).filter(
    ([name, value]) => Object.hasOwn(FIELD_CHECKS, name) && value !== null,
  );
  if (!fields.every(([name, value]) => FIELD_CHECKS[name as keyof Request](value))) return undefined;
  return { ...DEFAULT_REQUEST, ...Object.fromEntries(fields) };
}
