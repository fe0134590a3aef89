import type { Message } from "../../client/index.ts";
import { loadReader } from "../content/load-reader.ts";
import type { Payload } from "../content/payload.ts";
import { mayBeMore, type PayloadReader, readAuto, readBytes, readJson } from "../content/reading.ts";
import { WantedPart } from "../ui/lazy-part.ts";

/** So many of what comes live wait for what reads them; a history is bounded already. */
const MAX_WAITING = 1000;

/** Takes in a message, with what reads it. */
type Take = (reader: PayloadReader, message: Message, atMs: number) => void;

/**
 * What reads a panel's payloads. What reads more than JSON and text is a part of its own, which is loaded when it is asked for,
 * or when what says nothing of itself may be MessagePack; messages wait for it in their order.
 */
export class ReaderQueue {
  readonly #payload: Payload;
  readonly #take: Take;
  readonly #wanted: WantedPart<PayloadReader>;
  /** Null while messages wait for it. */
  #reader: PayloadReader | null;
  #loaded: Promise<PayloadReader>;
  #waiting: { readonly message: Message; readonly atMs: number }[] = [];

  constructor(payload: Payload, steadyMs: () => number, take: Take, load = loadReader) {
    this.#payload = payload;
    this.#take = take;
    // Named alike for all panels, so that none of them is kept by its name, and what one of them has is missing no more.
    const name = typeof payload === "string" ? payload : "protobuf";
    this.#wanted = new WantedPart(() => load(payload), steadyMs, name);
    this.#reader = payload === "auto" ? readAuto : payload === "json" ? readJson : null;
    this.#loaded = this.#reader === null ? this.#ask() : Promise.resolve(this.#reader);
  }

  /** Has a message taken in as soon as it can be read; false where too many wait already. */
  offer(message: Message, atMs: number): boolean {
    this.#lookAt(message);
    if (this.#reader !== null) this.#take(this.#reader, message, atMs);
    else if (message.isHistory || this.#waiting.length < MAX_WAITING) this.#waiting.push({ message, atMs });
    else return false;
    return true;
  }

  /** What reads a message: who asks for one doesn't wait for what couldn't be loaded before. */
  readerOf(message: Message): Promise<PayloadReader> {
    this.#lookAt(message);
    return this.#reader === null ? this.#loaded : Promise.resolve(this.#reader);
  }

  #lookAt({ data }: Message): void {
    const isEnough = this.#payload === "auto" ? !mayBeMore(data) : this.#payload === "json";
    if (!isEnough && this.#wanted.isDue) this.#loaded = this.#ask();
  }

  async #ask(): Promise<PayloadReader> {
    // Once only they wait: a network that is lost may take long to fail.
    if (this.#wanted.isNew) this.#reader = null;
    const reader = (await this.#wanted.ask()) ?? (this.#payload === "auto" ? readAuto : readBytes);
    this.#reader = reader;
    for (const { message, atMs } of this.#waiting.splice(0)) this.#take(reader, message, atMs);
    return reader;
  }
}
