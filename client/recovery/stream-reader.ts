import type { Message } from "../message.ts";
import { type Asking, ask, statusOf } from "./ask.ts";
import { RecoveryFailure } from "./failure.ts";
import { fromDirectGet, fromMessageGet, type Stored, type StoredJson } from "./stored.ts";

/** A stream at one moment, as far as recovery looks (`io.nats.jetstream.api.v1.stream_info_response`). */
export interface StreamInfo {
  /** Tells a stream from an earlier one of the same name. */
  readonly created: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Messages that are gone from between the first and the last. */
  readonly deleted: number;
  readonly allowDirect: boolean;
  readonly subjects: readonly string[];
}

/** How much is fetched at most; more is told as missing. */
export interface ReadLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** What was read of a stretch of a stream. */
export interface ReadResult {
  /** In stream order. */
  readonly stored: readonly Stored[];
  /** Everything up to here was read. */
  readonly upTo: number;
  /** Whether the server stopped answering before all was read. */
  readonly isCutShort: boolean;
}

/** A batch stays well below what a server lets pile up for one client before it cuts it. */
const BATCH = { batch: 500, max_bytes: 1_000_000 };

/** Single messages are asked for so many at once. */
const WIDEST_WINDOW = 64;

interface ApiError {
  readonly code: number;
  readonly err_code?: number;
}

interface InfoResponse {
  readonly error?: ApiError;
  readonly created: string;
  readonly config: { readonly allow_direct?: boolean; readonly subjects?: readonly string[] };
  readonly state: {
    readonly first_seq: number;
    readonly last_seq: number;
    readonly num_deleted?: number;
  };
}

interface GetResponse {
  readonly error?: ApiError;
  readonly message?: StoredJson;
}

/** JetStream API error codes (nats-server `server/errors.json`). */
const STREAM_NOT_FOUND = 10059;
const NOT_ENABLED: readonly number[] = [10039, 10076];

/** Reads a stream by sequence, with plain requests: nothing is created on the server. */
export class StreamReader {
  readonly #stream: string;
  readonly #subject: string;

  /** @param subject only messages that it matches are read; may have wildcards */
  constructor(stream: string, subject: string) {
    this.#stream = stream;
    this.#subject = subject;
  }

  /** @throws RecoveryFailure that says why the stream can't be read */
  async info(asking: Asking): Promise<StreamInfo> {
    let found: StreamInfo | undefined;
    await ask(asking, `$JS.API.STREAM.INFO.${this.#stream}`, [null], ({ data }) => {
      found = readInfo(JSON.parse(new TextDecoder().decode(data)) as InfoResponse);
      return true;
    });
    return found as StreamInfo;
  }

  /**
   * Reads from sequence `from` to `to`, both included, until `isOver` or a limit is reached.
   * @throws RecoveryFailure that says why the stream can't be read
   */
  async read(
    asking: Asking,
    stretch: { readonly from: number; readonly to: number; readonly direct: boolean },
    limits: ReadLimits,
    isOver: () => boolean,
  ): Promise<ReadResult> {
    const { from, to, direct } = stretch;
    const stored: Stored[] = [];
    let bytes = 0;
    let next = from;
    let isDirect = direct;
    let inBatches = direct;
    let width = 1;
    while (next <= to) {
      if (stored.length >= limits.messages || bytes >= limits.bytes || isOver())
        return { stored, upTo: next - 1, isCutShort: false };
      let found: readonly Stored[];
      try {
        found = inBatches
          ? await this.#batch(asking, next)
          : await this.#window(asking, next, width, isDirect);
      } catch (reason) {
        if (stored.length === 0) throw reason;
        return { stored, upTo: next - 1, isCutShort: true };
      }
      // An old server takes the batch for a single get: the first answer shows it.
      if (inBatches && found.length <= 1) inBatches = false;
      if (found.length > width / 2) width = Math.min(WIDEST_WINDOW, width * 2);
      else width = Math.max(1, width / 2);
      const last = found.at(-1);
      if (last !== undefined) {
        next = last.seq + 1;
      } else if (isDirect) {
        // A replica that answers direct gets may lag: the leader has the last word.
        isDirect = false;
        inBatches = false;
        width = 1;
      } else {
        next = to + 1;
      }
      for (const one of found) {
        if (one.seq > to) break;
        stored.push(one);
        bytes += one.message.data.length;
      }
    }
    return { stored, upTo: to, isCutShort: false };
  }

  /** Many messages by one request (NATS ADR-31, server 2.11); one from older servers; none at the end. */
  async #batch(asking: Asking, seq: number): Promise<readonly Stored[]> {
    const found: Stored[] = [];
    const body = { seq, next_by_subj: this.#subject, ...BATCH };
    await ask(asking, `$JS.API.DIRECT.GET.${this.#stream}`, [body], (answer) => {
      if (isEnd(answer)) return true;
      found.push(fromDirectGet(answer));
      return answer.headers?.has("Nats-Num-Pending") !== true;
    });
    return found;
  }

  /** The next messages from `seq` to `seq + width - 1` on, each once. */
  async #window(asking: Asking, seq: number, width: number, direct: boolean): Promise<readonly Stored[]> {
    const api = direct ? "DIRECT.GET" : "STREAM.MSG.GET";
    const read = direct ? readDirectGet : await messageGetReader();
    const bodies = Array.from({ length: width }, (_, i) => ({ seq: seq + i, next_by_subj: this.#subject }));
    const bySeq = new Map<number, Stored>();
    let answers = 0;
    await ask(asking, `$JS.API.${api}.${this.#stream}`, bodies, (answer) => {
      const one = read(answer);
      if (one !== null) bySeq.set(one.seq, one);
      answers += 1;
      return answers === width;
    });
    return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
  }
}

function readDirectGet(answer: Message): Stored | null {
  return isEnd(answer) ? null : fromDirectGet(answer);
}

async function messageGetReader(): Promise<(answer: Message) => Stored | null> {
  const { MsgHdrsImpl } = await import("nats.ws");
  return ({ data }) => {
    const { message, error } = JSON.parse(new TextDecoder().decode(data)) as GetResponse;
    if (message !== undefined) return fromMessageGet(message, (block) => MsgHdrsImpl.decode(block));
    if (error?.code === 404 && error.err_code !== STREAM_NOT_FOUND) return null;
    throw failureOf(error);
  };
}

function readInfo({ error, created, config, state }: InfoResponse): StreamInfo {
  if (error !== undefined) throw failureOf(error);
  return {
    created,
    firstSeq: state.first_seq,
    lastSeq: state.last_seq,
    deleted: state.num_deleted ?? 0,
    allowDirect: config.allow_direct ?? false,
    subjects: config.subjects ?? [],
  };
}

/** 404: nothing further; 204: the end of a batch (NATS ADR-31). */
function isEnd(answer: Message): boolean {
  const status = statusOf(answer);
  if (status === 404 || status === 204) return true;
  if (status !== 0) throw new RecoveryFailure("refused");
  return false;
}

function failureOf(error: ApiError | undefined): RecoveryFailure {
  if (error?.err_code === STREAM_NOT_FOUND) return new RecoveryFailure("stream-missing");
  if (error?.err_code !== undefined && NOT_ENABLED.includes(error.err_code))
    return new RecoveryFailure("no-jetstream");
  return new RecoveryFailure("refused");
}
