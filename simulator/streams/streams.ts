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

/** A copy of a publication, which itself is only valid during the call. */
interface ReceivedMessage {
  readonly subject: string;
  readonly reply: string;
  readonly headers: Buffer;
  readonly data: Buffer;
}

/**
 * The streams of one account: store messages on their subjects, republish them with their sequence,
 * and reply to Direct Get and STREAM.INFO. There are no consumers.
 */
export class Streams implements Publisher {
  readonly account: Account;
  readonly memo = new MatchMemo();
  readonly options = { echo: true, no_responders: false };
  readonly #streams: readonly Stream[];
  /** Handler of each subscription. */
  readonly #uses = new Map<Subscription, (message: ReceivedMessage) => void>();

  constructor(account: Account, options: readonly StreamOptions[]) {
    this.account = account;
    this.#streams = options.map((one) => new Stream(one));
  }

  /** Subscribes to the streams' subjects and API requests; does nothing without a stream. */
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
    for (const subject of stream.subjects)
      this.#subscribe(subject, (message) => this.#store(stream, message));
    const direct = `${API}.DIRECT.GET.${stream.name}`;
    this.#subscribe(direct, ({ reply, data }) => {
      for (const { headers, data: found } of directGet(stream, data)) this.#publish(reply, headers, found);
    });
    this.#subscribe(`${direct}.>`, ({ subject, reply }) => {
      const [found] = directGetLast(stream, subject.slice(direct.length + 1));
      if (found !== undefined) this.#publish(reply, found.headers, found.data);
    });
  }

  #store(stream: Stream, { subject, reply, headers, data }: ReceivedMessage): void {
    const stored = stream.store(subject, headers, data);
    if (stream.republishPrefix !== undefined) {
      const all = streamHeaders(stream, stored, `Nats-Last-Sequence: ${stored.previous}\r\n`);
      this.#publish(`${stream.republishPrefix}.${subject}`, all, data);
    }
    if (reply !== "") this.#answer(reply, { stream: stream.name, seq: stored.sequence });
  }

  #subscribe(subject: string, use: (message: ReceivedMessage) => void): void {
    const subscription = new Subscription(this, subject, undefined, "");
    this.#uses.set(subscription, use);
    this.account.sublist.insert(subscription);
  }

  #answer(reply: string, body: object): void {
    this.#publish(reply, NO_HEADERS, Buffer.from(JSON.stringify(body)));
  }

  /** Publishes in the next tick, because distributing one publication must finish before the next begins. */
  #publish(subject: string, headers: Buffer, data: Buffer): void {
    if (subject === "") return;
    process.nextTick(() => distribute(this, makePublication(subject, headers, data)));
  }
}
