import type { Message } from "../../client/index.ts";
import { loadReader } from "../content/load-reader.ts";
import type { Payload } from "../content/payload.ts";
import { mayBeMsgpack, type PayloadReader, readAuto, readBytes, readJson } from "../content/reading.ts";
import { Part } from "../ui/parts.ts";

/** The most live messages that wait for their reader to load; history is bounded already. */
const MAX_WAITING = 1000;

/** Receives a message with the reader for its payload. */
type Deliver = (reader: PayloadReader, message: Message, atMs: number) => void;

const shared = new Map<string, Part<PayloadReader>>();

/** The reader's code, shared by all panels of an encoding; protobuf readers depend on the feed's descriptors. */
function partOf(payload: Payload): Part<PayloadReader> {
  if (typeof payload !== "string") return new Part(() => loadReader(payload));
  const part = shared.get(payload) ?? new Part(() => loadReader(payload));
  shared.set(payload, part);
  return part;
}

/**
 * Hands each message on with the reader for its payload. Readers of other encodings than JSON are loaded when the
 * feed names one, or when a payload of an `auto` feed may be MessagePack; messages wait for them in order.
 */
export class ReaderQueue {
  readonly #payload: Payload;
  readonly #deliver: Deliver;
  readonly #part: Part<PayloadReader>;
  #isRequested = false;
  /** The messages that wait for the reader; null while none need to wait. */
  #waiting: { readonly message: Message; readonly atMs: number }[] | null = null;

  constructor(payload: Payload, deliver: Deliver, part = partOf(payload)) {
    this.#payload = payload;
    this.#deliver = deliver;
    this.#part = part;
    if (payload !== "auto" && payload !== "json") void this.#loadReader();
  }

  /** Delivers a message as soon as it can be read. @returns false if too many messages wait already */
  offer(message: Message, atMs: number): boolean {
    if (!this.#isRequested && this.#needsLoading(message)) void this.#loadReader();
    if (this.#waiting === null) this.#deliver(this.#reader, message, atMs);
    else if (message.isHistory || this.#waiting.length < MAX_WAITING) this.#waiting.push({ message, atMs });
    else return false;
    return true;
  }

  /** The reader for one message; tries to load it again where that failed before. */
  async readerOf(message: Message): Promise<PayloadReader> {
    if (this.#needsLoading(message)) await this.#part.load();
    return this.#reader;
  }

  /** Where the reader couldn't be loaded, messages are still shown, as plain JSON, text or bytes. */
  get #reader(): PayloadReader {
    const plain = this.#payload === "auto" ? readAuto : this.#payload === "json" ? readJson : readBytes;
    return this.#part.now.peek() ?? plain;
  }

  /** Whether a message may need the loaded reader. */
  #needsLoading({ data }: Message): boolean {
    return this.#payload === "auto" ? mayBeMsgpack(data) : this.#payload !== "json";
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
