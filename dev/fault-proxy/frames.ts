/** A part of a WebSocket stream that is forwarded whole: the HTTP head, one frame, or bytes that are neither. */
export interface Unit {
  readonly kind: "head" | "frame" | "raw";
  readonly bytes: Buffer;
  /** The head's text, or the frame's unmasked payload. */
  readonly text: string;
}

const CLOSE = 0x8;
const BINARY = 0x2;
const FINAL = 0x80;
const MASKED = 0x80;
const MASK = Buffer.from([1, 2, 3, 4]);

/** Splits one direction of a WebSocket connection into its head and its frames (RFC 6455, section 5.2). */
export class UnitReader {
  #left: Buffer = Buffer.alloc(0);
  #expects: Unit["kind"];

  /** @param expects what comes first; `raw` reads all bytes as they arrive, without a structure */
  constructor(expects: "head" | "raw" = "head") {
    this.#expects = expects;
  }

  /** Adds bytes and returns the units that they complete. */
  read(bytes: Buffer): Unit[] {
    this.#left = Buffer.concat([this.#left, bytes]);
    const units: Unit[] = [];
    for (let unit = this.#next(); unit !== null; unit = this.#next()) {
      this.#left = this.#left.subarray(unit.bytes.length);
      units.push(unit);
    }
    return units;
  }

  #next(): Unit | null {
    if (this.#expects === "frame") return frameAt(this.#left);
    if (this.#expects === "raw") return this.#left.length === 0 ? null : unitOf("raw", this.#left);
    const end = this.#left.indexOf("\r\n\r\n");
    if (end < 0) return null;
    const head = unitOf("head", this.#left.subarray(0, end + 4));
    // Any other response may have a body, but no frames follow it.
    this.#expects = /^(HTTP\/1\.1 101|GET) /.test(head.text) ? "frame" : "raw";
    return head;
  }
}

function unitOf(kind: Unit["kind"], bytes: Buffer): Unit {
  return { kind, bytes, text: bytes.toString("latin1") };
}

function frameAt(bytes: Buffer): Unit | null {
  if (bytes.length < 2) return null;
  const second = bytes.readUInt8(1);
  const short = second & ~MASKED;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const masked = (second & MASKED) !== 0;
  const headLength = 2 + lengthBytes + (masked ? MASK.length : 0);
  if (bytes.length < headLength) return null;
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < headLength + length) return null;
  const frame = bytes.subarray(0, headLength + length);
  const payload = Buffer.from(frame.subarray(headLength));
  if (masked) applyMask(payload, frame.subarray(headLength - MASK.length, headLength));
  const isClose = (frame.readUInt8(0) & 0x0f) === CLOSE;
  return { kind: "frame", bytes: frame, text: isClose ? "CLOSE" : payload.toString("latin1") };
}

function applyMask(payload: Buffer, mask: Buffer): void {
  for (const [index, byte] of payload.entries()) payload[index] = byte ^ (mask[index % mask.length] ?? 0);
}

/** A binary frame with `text` of at most 125 bytes; masked when it goes to the server. */
export function frameOf(text: string, masked: boolean): Buffer {
  const payload = Buffer.from(text, "latin1");
  if (payload.length > 125) throw new RangeError(`a short frame holds 125 bytes, not ${payload.length}`);
  if (!masked) return Buffer.concat([Buffer.from([FINAL | BINARY, payload.length]), payload]);
  applyMask(payload, MASK);
  return Buffer.concat([Buffer.from([FINAL | BINARY, MASKED | payload.length]), MASK, payload]);
}
