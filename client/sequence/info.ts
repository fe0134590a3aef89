import { covers } from "./covers.ts";
import { AskError, type AskFailure, type SequenceReason } from "./port.ts";
import type { StreamReader } from "./stream-reader.ts";

/** JetStream API error code (nats-server `server/errors.json`). */
const STREAM_NOT_FOUND = 10059;

/** The fields used of the answer of `$JS.API.STREAM.INFO` (`io.nats.jetstream.api.v1.stream_info_response`). */
export interface StreamInfo {
  readonly error?: { readonly err_code?: number };
  readonly state?: {
    readonly messages: number;
    readonly first_seq: number;
    readonly last_seq: number;
    readonly num_deleted?: number;
  };
  /** Absent on a server without a cluster. */
  readonly cluster?: { readonly leader?: string };
  readonly config?: {
    readonly allow_direct?: boolean;
    readonly subjects?: readonly string[];
    readonly subject_transform?: object;
    readonly sources?: object;
    readonly first_seq?: number;
    readonly max_msgs_per_subject?: number;
  };
}

/**
 * Requests STREAM.INFO.
 * @param isUnavailable which failures mean that there is no info: a client that may read a stream may lack this permission
 * @returns null if there is no info, or its subject can't be derived: Direct Get may be imported under any name
 * @throws AskError on any other failure
 */
export async function requestInfo(
  stream: StreamReader,
  isUnavailable = (failure: AskFailure): boolean => failure === "denied",
): Promise<StreamInfo | null> {
  const subject = stream.directSubject.replace(/^(\$JS\..*API\.)DIRECT\.GET\./, "$1STREAM.INFO.");
  if (subject === stream.directSubject) return null;
  return requestJson<StreamInfo>(stream, subject, "").catch((error: unknown) => {
    if (error instanceof AskError && isUnavailable(error.failure)) return null;
    throw error;
  });
}

/**
 * The last sequence of a stream without messages; null if that is unknown.
 * @throws AskError also if the stream has messages: the replica that found none is behind, so the caller must retry
 */
export async function lastSequenceOfEmpty(stream: StreamReader): Promise<number | null> {
  const state = (await requestInfo(stream))?.state;
  if (state !== undefined && state.messages > 0) throw new AskError("timeout");
  return state?.last_seq ?? null;
}

/**
 * Why nobody answers for a stream; null if that is unknown. If Direct Get is off for the stream, switches to its leader.
 * @throws AskError if the code for reading from the leader can't be loaded
 */
export async function diagnose(stream: StreamReader): Promise<SequenceReason | null> {
  const info = await requestInfo(stream, () => true);
  if (info?.config?.allow_direct === false) await stream.switchToOneByOne(true);
  return info?.error?.err_code === STREAM_NOT_FOUND ? "no-stream" : null;
}

/** Whether the configuration guarantees that every sequence of the stream belongs to a message that the filter matches. */
export function matchesWholeStream(info: StreamInfo | null, filter: string): boolean {
  const { subjects, subject_transform, sources, first_seq } = info?.config ?? {};
  if (subjects === undefined || subject_transform !== undefined || sources !== undefined) return false;
  // The sequences before `first_seq` never had messages.
  if (first_seq !== undefined) return false;
  return subjects.every((subject) => covers(filter, subject));
}

/**
 * Sends a request to the JetStream API and parses the answer.
 * @throws AskError
 */
export async function requestJson<T>(stream: StreamReader, subject: string, payload: string): Promise<T> {
  let text = "";
  await stream.request(subject, payload, ({ data }) => {
    text = new TextDecoder().decode(data);
    return "done";
  });
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new AskError("refused");
  }
}
