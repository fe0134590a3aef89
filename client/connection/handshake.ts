import { LineReader } from "../faults/line-reader.ts";

/** Records what nats.ws doesn't report of a handshake: whether INFO came, the first `-ERR`, bytes that aren't NATS. */
export class HandshakeReader {
  /** Whether a complete INFO line has arrived. */
  infoReceived = false;
  /** The challenge in INFO to sign with an nkey; undefined if INFO has none. */
  nonce: string | undefined;
  /** Whether the first INFO has `ldm`. */
  greetedAsLameDuck = false;
  /** The text of the first `-ERR`, without its quotes. */
  errText: string | undefined;
  /** The first bytes that can't be part of a NATS handshake, made printable; undefined if there are none. */
  nonNatsBytes: string | undefined;
  readonly #lines = new LineReader();

  /** Reads the bytes of the next frame. */
  read(bytes: Uint8Array): void {
    if (this.nonNatsBytes !== undefined) return;
    for (const line of this.#lines.read(bytes)) {
      if (line.op === "err") this.errText ??= line.text;
      else if (line.op === "unreadable") this.nonNatsBytes = line.excerpt;
      else if (line.op === "info" && !this.infoReceived) {
        this.infoReceived = true;
        this.nonce = line.nonce;
        this.greetedAsLameDuck = line.isLameDuck;
      }
    }
  }
}
