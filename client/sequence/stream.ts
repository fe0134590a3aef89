import { type Message, statusOf } from "../message.ts";
import { covers } from "./covers.ts";
import type { OneByOne } from "./one-by-one.ts";
import { AskError, type LinkPort, type StreamSource } from "./port.ts";
import { parseStored, type StoredParts, serverHeader } from "./stored.ts";
import type { AnswerEnd, FirstMatch, OnMessage, StreamReader } from "./stream-reader.ts";
import { loadPart } from "./wait.ts";

/** How long the next answer may take, milliseconds. */
export const ANSWER_TIMEOUT_MS = 3000;

/** So many messages by one request: well below what a server lets pile up for one client before it cuts it. */
export const BATCH_SIZE = 1000;
const BATCH_BYTES = 1_000_000;

/** What can be asked of a stream over one link: plain requests, so that nothing is made on the server. */
export class Stream implements StreamReader {
  /** The subject on which Direct Get is asked. */
  readonly directSubject: string;
  /** Only messages that it matches are read. */
  readonly filter: string;
  readonly #end = new AbortController();
  readonly #link: LinkPort;
  readonly #onDropped: () => void;
  /** How a stream is read that can't be read many messages at a time. */
  #oneByOne: OneByOne | null = null;

  /** @param onDropped is called for each answer that can't come from the stream */
  constructor({ name, directGet }: StreamSource, filter: string, link: LinkPort, onDropped: () => void) {
    this.directSubject = directGet ?? `$JS.API.DIRECT.GET.${name}`;
    this.filter = filter;
    this.#link = link;
    this.#onDropped = onDropped;
  }

  /** Aborted once it is to be asked no more. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  end(): void {
    this.#end.abort();
  }

  /** Whether it says how many messages there are, which takes nats-server 2.11. */
  get countsPending(): boolean {
    return this.#oneByOne === null;
  }

  /**
   * Reads on from sequence `from`, at most about `count` messages.
   * @returns whether there may be more
   * @throws AskError
   */
  async read(from: number, count: number, onMessage: OnMessage): Promise<boolean> {
    if (this.#oneByOne !== null) return this.#oneByOne.read(from, onMessage);
    return hasMore(await this.#ask({ seq: from, ...this.#batch(count) }, this.filter, onMessage));
  }

  /** As `read`, from a time on; null where the server can't. */
  async readSince(sinceMs: number, onMessage: OnMessage): Promise<boolean | null> {
    const body = { start_time: new Date(sinceMs).toISOString(), ...this.#batch(BATCH_SIZE) };
    const end = await this.#ask(body, this.filter, onMessage);
    return end.status === 0 ? null : hasMore(end);
  }

  /** The first message of the filter from `from` on, and how many there are; null where there is none. */
  find(from: number, filter = this.filter): Promise<FirstMatch | null> {
    return this.#findFirst(
      { seq: from, next_by_subj: filter, ...(this.countsPending ? { batch: 1 } : {}) },
      filter,
    );
  }

  /** One message whatever its subject: that with a sequence (`seq`), or the last of a subject (`last_by_subj`). */
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
   * The last message of each subject, by one request.
   * @returns up to which sequence they are the last; null where the server can't, or there are too many
   */
  async readLastPerSubject(onMessage: OnMessage): Promise<number | null> {
    if (!this.countsPending) return null;
    const { status, upTo } = await this.#ask({ multi_last: [this.filter] }, this.filter, onMessage);
    return status === 404 ? 0 : upTo || null;
  }

  /** From now on it is read one by one: from any replica, or from the leader only. */
  async switchToOneByOne(fromLeader: boolean): Promise<void> {
    const { OneByOne } = await loadPart(import("./one-by-one.ts"), this.signal);
    this.#oneByOne = new OneByOne(this, fromLeader);
  }

  /** One request, and all that answers it. */
  async #ask(body: object, filter: string, onMessage: OnMessage): Promise<AnswerEnd> {
    if (this.#oneByOne?.fromLeader) return this.#askLeader(this.#oneByOne, body, onMessage);
    let end: AnswerEnd | undefined;
    let previous = 0;
    await this.request(this.directSubject, JSON.stringify(body), (answer, status) => {
      const last = serverHeader(answer, "Nats-Last-Sequence");
      if (status !== 0) {
        // The last answer before the end was lost on its way: as if no end had come.
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
      // An answer was lost on its way: as if none had come.
      if (!isSingle && Number(last) !== previous) return "done";
      if (isSingle) end = { status: 0, pending: 0, upTo: 0 };
      // It was asked for a time, which a server before 2.11 ignores.
      if (!isSingle || !("start_time" in body)) onMessage(parts);
      previous = parts.sequence;
      return isSingle ? "done" : "more";
    });
    if (end === undefined) throw new AskError("silence");
    // The last of each subject can be asked for in another way.
    if (![0, 204, 404].includes(end.status) && !("multi_last" in body)) throw new AskError("refused");
    // A server before 2.11 takes a batch for a single get.
    if (end.status === 0 && "batch" in body) await this.switchToOneByOne(false);
    return end;
  }

  /** Where the leader can't be asked either, its stream may have become one that anybody answers for. */
  async #askLeader(leader: OneByOne, body: object, onMessage: OnMessage): Promise<AnswerEnd> {
    try {
      return await leader.askLeader(body, onMessage);
    } catch (error) {
      this.#oneByOne = null;
      // Viewers are meant to be allowed Direct Get, which the stream doesn't.
      const isDenied = error instanceof AskError && error.failure === "denied";
      throw isDenied ? new AskError("nobody") : error;
    }
  }

  /** Asks; where nobody listens there is an answer that says so. */
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
        // A message may have been published with one, which nats-server 2.9.10 sends on.
        const status = serverHeader(answer, "Nats-Sequence") === "" ? statusOf(answer) : 0;
        hasNoResponders = status === 503;
        return hasNoResponders ? "done" : onAnswer(answer, status);
      },
    });
    if (hasNoResponders) throw new AskError("nobody");
  }

  #batch(count: number): object {
    return { next_by_subj: this.filter, batch: Math.min(BATCH_SIZE, count), max_bytes: BATCH_BYTES };
  }
}

function hasMore({ status, pending }: AnswerEnd): boolean {
  return status === 0 || (status === 204 && pending > 0);
}
