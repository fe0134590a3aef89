import type { Asked } from "./asked.ts";
import { covers } from "./covers.ts";
import { AskError } from "./port.ts";

/** JetStream API error code (nats-server `server/errors.json`): there is no such stream. */
const STREAM_NOT_FOUND = 10059;

/** The answer of `$JS.API.STREAM.INFO`, as far as it matters (`io.nats.jetstream.api.v1.stream_info_response`). */
export interface StreamInfo {
  readonly error?: { readonly err_code?: number };
  readonly state?: { readonly first_seq: number; readonly last_seq: number; readonly num_deleted?: number };
  readonly config?: {
    readonly allow_direct?: boolean;
    readonly subjects?: readonly string[];
    readonly subject_transform?: object;
    readonly sources?: object;
  };
}

/**
 * Asks what the stream is: in trouble only, and only where Direct Get isn't imported from another account.
 * @returns null where it can't be learnt
 * @throws AskError
 */
export async function infoOf(stream: Asked): Promise<StreamInfo | null> {
  const subject = stream.direct.replace(/^(\$JS\..*API\.)DIRECT\.GET\./, "$1STREAM.INFO.");
  return subject === stream.direct ? null : askJson<StreamInfo>(stream, subject, "");
}

/** Whether there is no such stream. */
export function isMissing({ error }: StreamInfo): boolean {
  return error?.err_code === STREAM_NOT_FOUND;
}

/** Whether everything in the stream matches what is read of it, as its configuration says. */
export function isWhole(info: StreamInfo | null, filter: string): boolean {
  const { subjects, subject_transform, sources } = info?.config ?? {};
  if (subjects === undefined || subject_transform !== undefined || sources !== undefined) return false;
  return subjects.every((subject) => covers(filter, subject));
}

/**
 * Asks the JetStream API.
 * @throws AskError
 */
export async function askJson<T>(stream: Asked, subject: string, payload: string): Promise<T> {
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
