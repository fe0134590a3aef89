import { type Message, statusOf } from "../message.ts";
import type { Clock } from "../options.ts";
import { covers } from "./covers.ts";
import type { OneByOne } from "./one-by-one.ts";
import { AskError, type LinkPort, type StreamSource } from "./port.ts";
import { shareOf } from "./share.ts";
import { parseStored, type StoredParts, serverHeader } from "./stored.ts";
import type { AnswerEnd, FirstMatch, OnMessage, StreamReader } from "./stream-reader.ts";
import { loadPart } from "./wait.ts";

/** Milliseconds to wait for each next answer. */
export const ANSWER_TIMEOUT_MS = 3000;

/** Messages per request; their bytes are limited by the link (`share.ts`). */
export const BATCH_SIZE = 1000;

/** Reads one stream over one link, by requests alone: it creates no consumer on the server. */
export class Stream implements StreamReader {
  readonly directSubject: string;
  /** The subject, which may have wildcards, of the messages to read. */
  readonly filter: string;
  readonly #end = new AbortController();
  /** Aborts when the link ends. */
  readonly signal = this.#end.signal;
  readonly #link: LinkPort;
  readonly #clock: Clock;
  readonly #onDropped: () => void;
  /** Reads a stream that doesn't answer in batches; null for any other. */
  #oneByOne: OneByOne | null = null;

  /** @param onDropped called for each answer that the stream can't have sent */
  constructor(
    { name, directGet }: StreamSource,
    filter: string,
    link: LinkPort,
    clock: Clock,
    onDropped: () => void,
  ) {
    this.directSubject = directGet ?? `$JS.API.DIRECT.GET.${name}`;
    this.filter = filter;
    this.#link = link;
    this.#clock = clock;
    this.#onDropped = onDropped;
  }

  end(): void {
    this.#end.abort();
  }

  /** Whether answers say how many messages follow, as those of nats-server 2.11 and newer do. */
  get countsPending(): boolean {
    return this.#oneByOne === null;
  }

  /**
   * Reads about `count` messages at most, from sequence `from` on.
   * @returns whether there may be more
   * @throws AskError
   */
  async read(from: number, count: number, onMessage: OnMessage): Promise<boolean> {
    if (this.#oneByOne !== null) return this.#oneByOne.read(from, onMessage);
    return hasMore(await this.#askMany({ seq: from, ...this.#batch(count) }, onMessage));
  }

  /** As `read`, but from a time on (epoch milliseconds); null if the server can't do that. */
  async readSince(sinceMs: number, onMessage: OnMessage): Promise<boolean | null> {
    const body = { start_time: new Date(sinceMs).toISOString(), ...this.#batch(BATCH_SIZE) };
    const end = await this.#askMany(body, onMessage);
    return end.status === 0 ? null : hasMore(end);
  }

  /** Finds the first message of the filter at or after `from`, and how many there are from it on; null if there is none. */
  find(from: number, filter = this.filter): Promise<FirstMatch | null> {
    const batch = this.countsPending ? { batch: 1 } : {};
    return this.#findFirst({ seq: from, next_by_subj: filter, ...batch }, filter);
  }

  /** Gets one message of any subject, by its sequence (`seq`) or as the last of a subject (`last_by_subj`). */
  async get(body: { readonly seq: number } | { readonly last_by_subj: string }): Promise<StoredParts | null> {
    return (await this.#findFirst(body, ">"))?.first ?? null;
  }

  async #findFirst(body: object, filter: string): Promise<FirstMatch | null> {
    let first: StoredParts | undefined;
    const { pending } = await this.#ask(body, filter, (parts) => {
      first ??= parts;
    });
    return first === undefined ? null : { first, count: pending + 1 };
  }

  /**
   * Reads the last message of each subject by one request.
   * @returns the stream's last sequence at that time; null if the server can't do that, or there are too many subjects
   */
  async readLastPerSubject(onMessage: OnMessage): Promise<number | null> {
    if (!this.countsPending) return null;
    const { status, upTo } = await this.#askMany({ multi_last: [this.filter] }, onMessage);
    return status === 404 ? 0 : upTo || null;
  }

  async switchToOneByOne(fromLeader: boolean): Promise<void> {
    const { OneByOne } = await loadPart(import("./one-by-one.ts"), this.signal);
    this.#oneByOne = new OneByOne(this, fromLeader);
  }

  /** As `#ask` for messages of the filter, in turn with the other feeds of the link. */
  #askMany(body: object, onMessage: OnMessage): Promise<AnswerEnd> {
    return shareOf(this.#link).take(this.#clock, this.signal, (maxBytes) => {
      const limit = "batch" in body ? { max_bytes: maxBytes } : {};
      return this.#ask({ ...body, ...limit }, this.filter, onMessage);
    });
  }

  /** Sends one request to Direct Get, and reads all answers to it. */
  async #ask(body: object, filter: string, onMessage: OnMessage): Promise<AnswerEnd> {
    if (this.#oneByOne?.fromLeader) return this.#askLeader(this.#oneByOne, body, onMessage);
    let end: AnswerEnd | undefined;
    let previous = 0;
    await this.request(this.directSubject, JSON.stringify(body), (answer, status) => {
      const last = serverHeader(answer, "Nats-Last-Sequence");
      if (status !== 0) {
        // The last message before this end was lost. Without an `end`, the request counts as unanswered.
        if (last !== "" && Number(last) !== previous) return "done";
        const number = (name: `Nats-${string}`) => Number(serverHeader(answer, name));
        end = { status, pending: number("Nats-Num-Pending"), upTo: number("Nats-UpTo-Sequence") };
        return "done";
      }
      const parts = parseStored(answer);
      if (parts === null || !covers(filter, parts.subject)) {
        this.#onDropped();
        return "more";
      }
      const isSingle = serverHeader(answer, "Nats-Num-Pending") === "";
      // The message before this one was lost: as above.
      if (!isSingle && Number(last) !== previous) return "done";
      if (isSingle) end = { status: 0, pending: 0, upTo: 0 };
      // A server older than 2.11 ignores `start_time`, and answers with the stream's first message.
      if (!isSingle || !("start_time" in body)) onMessage(parts);
      previous = parts.sequence;
      return isSingle ? "done" : "more";
    });
    if (end === undefined) throw new AskError("timeout");
    // The caller of `multi_last` has another way to read the last message of each subject.
    if (![0, 204, 404].includes(end.status) && !("multi_last" in body)) throw new AskError("refused");
    // A server older than 2.11 ignores `batch`, and answers with a single message.
    if (end.status === 0 && "batch" in body) await this.switchToOneByOne(false);
    return end;
  }

  /** Sends one request to the leader. If that fails, the next one goes to Direct Get again: `allow_direct` may be on by now. */
  async #askLeader(leader: OneByOne, body: object, onMessage: OnMessage): Promise<AnswerEnd> {
    try {
      return await leader.askLeader(body, onMessage);
    } catch (error) {
      this.#oneByOne = null;
      // Permissions are meant to allow Direct Get alone. So the cause isn't the permission, but that `allow_direct` is off.
      const isDenied = error instanceof AskError && error.failure === "denied";
      throw isDenied ? new AskError("no-responders") : error;
    }
  }

  /** Sends one request. Throws an AskError also if the server answers that there are no responders. */
  async request(
    subject: string,
    payload: string,
    onAnswer: (answer: Message, status: number) => "more" | "done",
  ): Promise<void> {
    let hasNoResponders = false;
    await this.#link.ask(subject, payload, {
      timeoutMs: ANSWER_TIMEOUT_MS,
      signal: this.signal,
      onAnswer: (answer) => {
        // A stored message may have a status that its publisher set: nats-server 2.9.10 passes it on.
        const status = serverHeader(answer, "Nats-Sequence") === "" ? statusOf(answer) : 0;
        hasNoResponders = status === 503;
        return hasNoResponders ? "done" : onAnswer(answer, status);
      },
    });
    if (hasNoResponders) throw new AskError("no-responders");
  }

  #batch(count: number): object {
    return { next_by_subj: this.filter, batch: Math.min(BATCH_SIZE, count) };
  }
}

function hasMore({ status, pending }: AnswerEnd): boolean {
  return status === 0 || (status === 204 && pending > 0);
}
