import { makePublication, type Publication } from "../protocol/publication.ts";
import type { Account } from "../subscriptions/account.ts";
import { distribute, type Publisher } from "../subscriptions/delivery.ts";
import { MatchMemo } from "../subscriptions/match-memo.ts";
import { Subscription } from "../subscriptions/subscription.ts";
import { directGet, directGetLast, streamHeaders } from "./direct-get.ts";
import { streamInfo, streamNotFound } from "./info.ts";
import { Stream, type StreamOptions } from "./stream.ts";

const API = "$JS.API";
const NO_HEADERS = Buffer.alloc(0);

/** A message that was taken from a publication, which is only valid for a moment. */
interface Taken {
  readonly subject: string;
  readonly reply: string;
  readonly headers: Buffer;
  readonly data: Buffer;
}

/**
 * The streams of one account: they store what is published on their subjects, publish it
 * again with its sequence, and answer Direct Get and STREAM.INFO. There are no consumers.
 */
export class Streams implements Publisher {
  readonly account: Account;
  readonly memo = new MatchMemo();
  readonly options = { echo: true, no_responders: false };
  readonly #streams: readonly Stream[];
  /** What each subscription of this part of the server is for. */
  readonly #uses = new Map<Subscription, (taken: Taken) => void>();

  constructor(account: Account, options: readonly StreamOptions[]) {
    this.account = account;
    this.#streams = options.map((one) => new Stream(one));
  }

  /** Subscribes to what they store and answer; without a stream, to nothing. */
  start(): void {
    if (this.#streams.length === 0) return;
    for (const stream of this.#streams) this.#serve(stream);
    const byName = new Map(this.#streams.map((stream) => [stream.name, stream]));
    this.#subscribe(`${API}.STREAM.INFO.*`, ({ subject, reply }) => {
      const stream = byName.get(subject.split(".")[4] ?? "");
      this.#answer(reply, stream === undefined ? streamNotFound() : streamInfo(stream));
    });
  }

  receive(subscription: Subscription, subject: string, publication: Publication): "light" {
    const { bytes, bodyStart, headerSize, end } = publication;
    const body = Buffer.from(bytes.subarray(bodyStart, end - 2));
    this.#uses.get(subscription)?.({
      subject,
      reply: publication.reply,
      headers: body.subarray(0, headerSize),
      data: body.subarray(headerSize),
    });
    return "light";
  }

  unsubscribe(): void {}

  stall(): void {}

  onNoResponders(): void {}

  #serve(stream: Stream): void {
    for (const subject of stream.subjects) this.#subscribe(subject, (taken) => this.#store(stream, taken));
    const direct = `${API}.DIRECT.GET.${stream.name}`;
    this.#subscribe(direct, ({ reply, data }) => {
      for (const { headers, data: found } of directGet(stream, data)) this.#publish(reply, headers, found);
    });
    this.#subscribe(`${direct}.>`, ({ subject, reply }) => {
      const [found] = directGetLast(stream, subject.slice(direct.length + 1));
      if (found !== undefined) this.#publish(reply, found.headers, found.data);
    });
  }

  #store(stream: Stream, { subject, reply, headers, data }: Taken): void {
    const message = stream.store(subject, headers, data);
    if (stream.republishPrefix !== undefined) {
      const all = streamHeaders(stream, message, `Nats-Last-Sequence: ${message.previous}\r\n`);
      this.#publish(`${stream.republishPrefix}.${subject}`, all, data);
    }
    if (reply !== "") this.#answer(reply, { stream: stream.name, seq: message.sequence });
  }

  #subscribe(subject: string, use: (taken: Taken) => void): void {
    const subscription = new Subscription(this, subject, undefined, "");
    this.#uses.set(subscription, use);
    this.account.sublist.insert(subscription);
  }

  #answer(reply: string, body: object): void {
    this.#publish(reply, NO_HEADERS, Buffer.from(JSON.stringify(body)));
  }

  /** A publication is distributed to its end before the next one begins, so this one has to wait its turn. */
  #publish(subject: string, headers: Buffer, data: Buffer): void {
    if (subject === "") return;
    process.nextTick(() => distribute(this, makePublication(subject, headers, data)));
  }
}
