import type { Message } from "../../client/index.ts";
import { loadReader } from "../content/load-reader.ts";
import type { Payload } from "../content/payload.ts";
import { mayBeMsgpack, type PayloadReader, readAuto, readBytes, readJson } from "../content/reading.ts";
import { part } from "../ui/parts.ts";

/** So many of what comes live wait for what reads them; a history is bounded already. */
const MAX_WAITING = 1000;

/** Takes in a message, with what reads it. */
type Take = (reader: PayloadReader, message: Message, atMs: number) => void;

/**
 * What reads a panel's payloads. What reads other encodings than text is a part of its own, which is loaded when it is
 * asked for, or when what says nothing of itself may be MessagePack; messages wait for it in their order.
 */
export class ReaderQueue {
  readonly #take: Take;
  /** Null while it is loaded. */
  #reader: PayloadReader | null;
  #loaded: Promise<PayloadReader>;
  #waiting: { readonly message: Message; readonly atMs: number }[] = [];

  constructor(payload: Payload, take: Take) {
    this.#take = take;
    this.#reader = payload === "auto" ? readAuto : payload === "json" ? readJson : null;
    this.#loaded =
      this.#reader === null
        ? this.#load(() => loadReader(payload), readBytes)
        : Promise.resolve(this.#reader);
  }

  /** Has a message taken in as soon as it can be read; false where too many wait already. */
  offer(message: Message, atMs: number): boolean {
    this.#lookAt(message);
    if (this.#reader !== null) this.#take(this.#reader, message, atMs);
    else if (message.isHistory || this.#waiting.length < MAX_WAITING) this.#waiting.push({ message, atMs });
    else return false;
    return true;
  }

  /** What reads a message. */
  readerOf(message: Message): Promise<PayloadReader> {
    this.#lookAt(message);
    return this.#loaded;
  }

  #lookAt({ data }: Message): void {
    if (this.#reader !== readAuto || !mayBeMsgpack(data)) return;
    this.#reader = null;
    const load = async () => (await import("../content/msgpack.ts")).readAutoOrMsgpack;
    // Another function, so that it isn't asked for with each message.
    this.#loaded = this.#load(load, (bytes) => readAuto(bytes));
  }

  /** @param without reads what there is where the part can't be had: that is told by the page */
  async #load(load: () => Promise<PayloadReader>, without: PayloadReader): Promise<PayloadReader> {
    const reader = (await part(load)) ?? without;
    this.#reader = reader;
    for (const { message, atMs } of this.#waiting.splice(0)) this.#take(reader, message, atMs);
    return reader;
  }
}
