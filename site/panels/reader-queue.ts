import type { Message } from "../../client/index.ts";
import { loadReader } from "../content/load-reader.ts";
import type { Payload } from "../content/payload.ts";
import { mayBeMore, type PayloadReader, readAuto, readBytes, readJson } from "../content/reading.ts";
import { Part } from "../ui/parts.ts";

/** So many of what comes live wait for what reads them; a history is bounded already. */
const MAX_WAITING = 1000;

/** Takes in a message, with what reads it. */
type Deliver = (reader: PayloadReader, message: Message, atMs: number) => void;

const shared = new Map<string, Part<PayloadReader>>();

/** One for all panels of an encoding; protobuf is read by what describes a panel's own messages. */
function partOf(payload: Payload): Part<PayloadReader> {
  if (typeof payload !== "string") return new Part(() => loadReader(payload));
  const part = shared.get(payload) ?? new Part(() => loadReader(payload));
  shared.set(payload, part);
  return part;
}

/**
 * What reads a panel's payloads. What reads more than JSON and text is a part of its own, which is loaded when it is asked for,
 * or when what says nothing of itself may be MessagePack; messages wait for it in their order.
 */
export class ReaderQueue {
  readonly #payload: Payload;
  readonly #deliver: Deliver;
  readonly #part: Part<PayloadReader>;
  #isRequested = false;
  /** What waits for the part; null while nothing has to. */
  #waiting: { readonly message: Message; readonly atMs: number }[] | null = null;

  constructor(payload: Payload, deliver: Deliver, part = partOf(payload)) {
    this.#payload = payload;
    this.#deliver = deliver;
    this.#part = part;
    if (payload !== "auto" && payload !== "json") void this.#loadReader();
  }

  /** Has a message taken in as soon as it can be read; false where too many wait already. */
  offer(message: Message, atMs: number): boolean {
    if (!this.#isRequested && this.#isMore(message)) void this.#loadReader();
    if (this.#waiting === null) this.#deliver(this.#reader, message, atMs);
    else if (message.isHistory || this.#waiting.length < MAX_WAITING) this.#waiting.push({ message, atMs });
    else return false;
    return true;
  }

  /** What reads a message that its reader wants to see: what couldn't be loaded is asked for again. */
  async readerOf(message: Message): Promise<PayloadReader> {
    if (this.#isMore(message)) await this.#part.load();
    return this.#reader;
  }

  /** Where the part can't be had, what comes is shown all the same. */
  get #reader(): PayloadReader {
    const plain = this.#payload === "auto" ? readAuto : this.#payload === "json" ? readJson : readBytes;
    return this.#part.now.peek() ?? plain;
  }

  /** Whether it takes the part to read a message. */
  #isMore({ data }: Message): boolean {
    return this.#payload === "auto" ? mayBeMore(data) : this.#payload !== "json";
  }

  async #loadReader(): Promise<void> {
    this.#isRequested = true;
    this.#waiting = [];
    await this.#part.load();
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const { message, atMs } of waiting) this.#deliver(this.#reader, message, atMs);
  }
}
