import { HeaderBlock } from "../headers.ts";
import { requestJson } from "./info.ts";
import { AskError } from "./port.ts";
import type { AnswerEnd, OnMessage, StreamReader } from "./stream-reader.ts";

/** The most requests in flight at once. */
const MOST_AT_ONCE = 64;

/** JetStream API error code (nats-server `server/errors.json`). */
const NO_MESSAGE_FOUND = 10037;

/** The message in the answer of `$JS.API.STREAM.MSG.GET` (`io.nats.jetstream.api.v1.stream_msg_get_response`). */
interface MessageJson {
  readonly message?: {
    readonly subject: string;
    readonly seq: number;
    readonly time: string;
    /** Base64; absent when empty. */
    readonly data?: string;
    /** The header block, base64. */
    readonly hdrs?: string;
  };
  readonly error?: { readonly code: number; readonly err_code?: number };
}

/** Reads a stream that doesn't answer in batches: its servers are older than 2.11, or only its leader answers. */
export class OneByOne {
  readonly fromLeader: boolean;
  readonly #stream: StreamReader;
  #parallel = 1;

  constructor(stream: StreamReader, fromLeader: boolean) {
    this.#stream = stream;
    this.fromLeader = fromLeader;
  }

  /**
   * Reads the next messages by requests for consecutive sequences, all sent at once. Where messages lie far apart, many
   * of these requests find the same message, so their number follows from how many different ones were found.
   * @returns whether there may be more
   */
  async read(from: number, onMessage: OnMessage): Promise<boolean> {
    const parallel = this.#parallel;
    const sequences = Array.from({ length: parallel }, (_, index) => from + index);
    const found = await Promise.all(sequences.map((sequence) => this.#stream.find(sequence)));
    let count = 0;
    let next = found[0];
    // Ends at a request that found nothing: a later one may have found a message that was stored in the meantime.
    while (next) {
      onMessage(next.first);
      count += 1;
      next = found[next.first.sequence + 1 - from];
    }
    this.#parallel = count > parallel / 4 ? Math.min(MOST_AT_ONCE, parallel * 2) : Math.max(1, parallel / 2);
    return next === undefined;
  }

  /** Sends one request to the leader. */
  async askLeader(body: object, onMessage: OnMessage): Promise<AnswerEnd> {
    const subject = this.#stream.directSubject.replace("DIRECT.GET.", "STREAM.MSG.GET.");
    const { message, error } = await requestJson<MessageJson>(this.#stream, subject, JSON.stringify(body));
    if (message !== undefined) {
      const { subject, seq, time, data = "", hdrs = "" } = message;
      const headers = new HeaderBlock(decodeBase64(hdrs));
      onMessage({ subject, sequence: seq, time, data: decodeBase64(data), headers });
    } else if (error?.err_code !== NO_MESSAGE_FOUND) throw new AskError("no-responders");
    return { status: error?.code ?? 0, pending: 0, upTo: 0 };
  }
}

/** Decodes the base64 of JetStream's JSON. */
function decodeBase64(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
