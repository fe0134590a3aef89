import { LineReader } from "../faults/line-reader.ts";

/**
 * Reads along while a link is being made and notes what nats.ws keeps to
 * itself: whether INFO came, an `-ERR` before or after it, bytes that aren't NATS.
 */
export class HandshakeReader {
  /** Whether a whole INFO line arrived. */
  infoReceived = false;
  /** The challenge in INFO that proves an nkey; undefined when INFO has none. */
  nonce: string | undefined;
  /** Whether the first INFO says that the server is going: that it says so to everybody is no news. */
  greetedGoing = false;
  /** The text of the first `-ERR`, without its quotes. */
  errText: string | undefined;
  /** The first bytes, printable, that can't be part of a NATS handshake; undefined while all can. */
  strangeBytes: string | undefined;
  readonly #lines = new LineReader();

  /** Takes the next frame's bytes. */
  read(bytes: Uint8Array): void {
    if (this.strangeBytes !== undefined) return;
    for (const line of this.#lines.read(bytes)) {
      if (line.op === "err") this.errText ??= line.text;
      else if (line.op === "unreadable") this.strangeBytes = line.begins;
      else if (line.op === "info" && !this.infoReceived) {
        this.infoReceived = true;
        this.nonce = line.nonce;
        this.greetedGoing = line.isGoing;
      }
    }
  }
}
