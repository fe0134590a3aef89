import { LineReader } from "../faults/line-reader.ts";

/**
 * Reads along while a link is being made and notes what nats.ws keeps to
 * itself: whether INFO came, an `-ERR` before or after it, bytes that aren't NATS.
 */
export class HandshakeReader {
  readonly #lines = new LineReader();
  #infoReceived = false;
  #nonce: string | undefined;
  #errText: string | undefined;
  #strangeBytes: string | undefined;

  /** Takes the next frame's bytes. */
  read(bytes: Uint8Array): void {
    if (this.#strangeBytes !== undefined) return;
    for (const line of this.#lines.read(bytes)) {
      if (line.op === "err") this.#errText ??= line.text;
      else if (line.op === "unreadable") this.#strangeBytes = line.begins;
      else if (line.op === "info" && !this.#infoReceived) {
        this.#infoReceived = true;
        this.#nonce = line.nonce;
      }
    }
  }

  /** Whether a whole INFO line arrived. */
  get infoReceived(): boolean {
    return this.#infoReceived;
  }

  /** The challenge in INFO that proves an nkey; undefined when INFO has none. */
  get nonce(): string | undefined {
    return this.#nonce;
  }

  /** The text of the first `-ERR`, without its quotes. */
  get errText(): string | undefined {
    return this.#errText;
  }

  /** The first bytes, printable, that can't be part of a NATS handshake; undefined while all can. */
  get strangeBytes(): string | undefined {
    return this.#strangeBytes;
  }
}
