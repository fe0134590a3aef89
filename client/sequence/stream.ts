import { type Message, statusOf } from "../message.ts";
import type { Asked, End, Found, Take } from "./asked.ts";
import { covers } from "./covers.ts";
import type { OneByOne } from "./one-by-one.ts";
import { AskError, type LinkPort, type StreamSource } from "./port.ts";
import { added, fromStream, type StoredParts } from "./stored.ts";
import { loaded } from "./wait.ts";

/** How long the next answer may take, milliseconds. */
export const ANSWER_MS = 3000;

/** So many messages by one request: well below what a server lets pile up for one client before it cuts it. */
export const BATCH = 1000;
const BATCH_BYTES = 1_000_000;

/** What can be asked of a stream over one link: plain requests, so that nothing is made on the server. */
export class Stream implements Asked {
  /** The subject on which Direct Get is asked. */
  readonly direct: string;
  /** Only messages that it matches are read. */
  readonly filter: string;
  readonly #end = new AbortController();
  readonly #link: LinkPort;
  readonly #dropped: () => void;
  /** How a stream is read that can't be read many messages at a time. */
  #oneByOne: OneByOne | null = null;

  /** @param dropped is called for each answer that can't come from the stream */
  constructor({ name, directGet }: StreamSource, filter: string, link: LinkPort, dropped: () => void) {
    this.direct = directGet ?? `$JS.API.DIRECT.GET.${name}`;
    this.filter = filter;
    this.#link = link;
    this.#dropped = dropped;
  }

  /** Aborted once it is to be asked no more. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  end(): void {
    this.#end.abort();
  }

  /** Whether it says how many messages there are, which takes nats-server 2.11. */
  get counts(): boolean {
    return this.#oneByOne === null;
  }

  /**
   * Reads on from sequence `from`, at most about `count` messages.
   * @returns whether there may be more
   * @throws AskError
   */
  async read(from: number, count: number, take: Take): Promise<boolean> {
    if (this.#oneByOne !== null) return this.#oneByOne.read(from, take);
    return hasMore(await this.#ask({ seq: from, ...this.#batch(count) }, this.filter, take));
  }

  /** As `read`, from a time on; null where the server can't. */
  async readSince(sinceMs: number, take: Take): Promise<boolean | null> {
    const body = { start_time: new Date(sinceMs).toISOString(), ...this.#batch(BATCH) };
    const end = await this.#ask(body, this.filter, take);
    return end.status === 0 ? null : hasMore(end);
  }

  /** The first message of the filter from `from` on, and how many there are; null where there is none. */
  find(from: number, filter = this.filter): Promise<Found | null> {
    return this.#first({ seq: from, next_by_subj: filter, ...(this.counts ? { batch: 1 } : {}) }, filter);
  }

  /** One message whatever its subject: that with a sequence (`seq`), or the last of a subject (`last_by_subj`). */
  async get(body: { readonly seq: number } | { readonly last_by_subj: string }): Promise<StoredParts | null> {
    return (await this.#first(body, ">"))?.first ?? null;
  }

  async #first(body: object, filter: string): Promise<Found | null> {
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
  async lastOfEach(take: Take): Promise<number | null> {
    if (!this.counts) return null;
    const { status, upTo } = await this.#ask({ multi_last: [this.filter] }, this.filter, take);
    return status === 404 ? 0 : upTo || null;
  }

  /** From now on it is read one by one: from any replica, or from the leader only. */
  async readOneByOne(fromLeader: boolean): Promise<void> {
    const { OneByOne } = await loaded(import("./one-by-one.ts"), this.signal);
    this.#oneByOne = new OneByOne(this, fromLeader);
  }

  /** One request, and all that answers it. */
  async #ask(body: object, filter: string, take: Take): Promise<End> {
    if (this.#oneByOne?.fromLeader) return this.#askLeader(this.#oneByOne, body, take);
    let end: End | undefined;
    let previous = 0;
    await this.request(this.direct, JSON.stringify(body), (answer, status) => {
      const last = added(answer, "Nats-Last-Sequence");
      if (status !== 0) {
        // The last answer before the end was lost on its way: as if no end had come.
        if (last !== "" && Number(last) !== previous) return "done";
        const number = (name: `Nats-${string}`) => Number(added(answer, name));
        end = { status, pending: number("Nats-Num-Pending"), upTo: number("Nats-UpTo-Sequence") };
        return "done";
      }
      const parts = fromStream(answer);
      if (parts === null || !covers(filter, parts.subject)) {
        this.#dropped();
        return "more";
      }
      const isSingle = added(answer, "Nats-Num-Pending") === "";
      // An answer was lost on its way: as if none had come.
      if (!isSingle && Number(last) !== previous) return "done";
      if (isSingle) end = { status: 0, pending: 0, upTo: 0 };
      // It was asked for a time, which a server before 2.11 ignores.
      if (!isSingle || !("start_time" in body)) take(parts);
      previous = parts.sequence;
      return isSingle ? "done" : "more";
    });
    if (end === undefined) throw new AskError("silence");
    // The last of each subject can be asked for in another way.
    if (![0, 204, 404].includes(end.status) && !("multi_last" in body)) throw new AskError("refused");
    // A server before 2.11 takes a batch for a single get.
    if (end.status === 0 && "batch" in body) await this.readOneByOne(false);
    return end;
  }

  /** Where the leader can't be asked either, its stream may have become one that anybody answers for. */
  async #askLeader(leader: OneByOne, body: object, take: Take): Promise<End> {
    try {
      return await leader.ask(body, take);
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
    let isNobody = false;
    await this.#link.ask(subject, payload, {
      timeoutMs: ANSWER_MS,
      signal: this.signal,
      onAnswer: (answer) => {
        // A message may have been published with one, which nats-server 2.9.10 sends on.
        const status = added(answer, "Nats-Sequence") === "" ? statusOf(answer) : 0;
        isNobody = status === 503;
        return isNobody ? "done" : onAnswer(answer, status);
      },
    });
    if (isNobody) throw new AskError("nobody");
  }

  #batch(count: number): object {
    return { next_by_subj: this.filter, batch: Math.min(BATCH, count), max_bytes: BATCH_BYTES };
  }
}

function hasMore({ status, pending }: End): boolean {
  return status === 0 || (status === 204 && pending > 0);
}
