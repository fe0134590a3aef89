import { covers } from "./covers.ts";
import { AskError, type AskFailure, type SequenceReason } from "./port.ts";
import type { StreamReader } from "./stream-reader.ts";

/** JetStream API error code (nats-server `server/errors.json`): there is no such stream. */
const STREAM_NOT_FOUND = 10059;

/** The answer of `$JS.API.STREAM.INFO`, as far as it matters (`io.nats.jetstream.api.v1.stream_info_response`). */
export interface StreamInfo {
  readonly error?: { readonly err_code?: number };
  readonly state?: {
    readonly messages: number;
    readonly first_seq: number;
    readonly last_seq: number;
    readonly num_deleted?: number;
  };
  /** Absent where the server stands alone. */
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
 * Asks what the stream is: in trouble only, and only where Direct Get isn't imported from another account.
 * @param isUnavailable which failures mean that it can't be learnt: whoever may read a stream may not be allowed to ask for this
 * @returns null where it can't
 * @throws AskError of any other failure
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
 * The last sequence of a stream that has no message, null where that can't be learnt; a replica that only lacks them is to
 * be asked again.
 * @throws AskError
 */
export async function lastSequenceOfEmpty(stream: StreamReader): Promise<number | null> {
  const state = (await requestInfo(stream))?.state;
  if (state !== undefined && state.messages > 0) throw new AskError("silence");
  return state?.last_seq ?? null;
}

/** Why nobody answers for a stream, where that can be learnt; one that only its leader answers for is read from it from now on. */
export async function diagnose(stream: StreamReader): Promise<SequenceReason | null> {
  const info = await requestInfo(stream, () => true);
  if (info?.config?.allow_direct === false) await stream.switchToOneByOne(true);
  return info?.error?.err_code === STREAM_NOT_FOUND ? "no-stream" : null;
}

/** Whether everything in the stream matches what is read of it, as its configuration says. */
export function matchesWholeStream(info: StreamInfo | null, filter: string): boolean {
  const { subjects, subject_transform, sources, first_seq } = info?.config ?? {};
  if (subjects === undefined || subject_transform !== undefined || sources !== undefined) return false;
  // What is before the number that it was told to begin with never was.
  if (first_seq !== undefined) return false;
  return subjects.every((subject) => covers(filter, subject));
}

/**
 * Asks the JetStream API.
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
