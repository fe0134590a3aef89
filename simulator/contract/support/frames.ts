import { Peer } from "./peer.ts";

/** Opcodes of frames (RFC 6455, section 5.2). */
export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Deliberate errors in a frame. */
export interface FrameOddities {
  readonly fin?: boolean;
  readonly masked?: boolean;
  /** The three reserved bits, at their position in the first byte. */
  readonly reserved?: number;
}

const MASK = Buffer.from([0x11, 0x82, 0x37, 0xf4]);

/** Encodes one client frame; `payload` has one character per byte. */
export function frame(
  opcode: number,
  payload: string,
  { fin = true, masked = true, reserved = 0 }: FrameOddities = {},
): Buffer {
  const body = Buffer.from(payload, "latin1");
  const first = (fin ? 0x80 : 0) | reserved | opcode;
  const maskBit = masked ? 0x80 : 0;
  const length =
    body.length < 126
      ? Buffer.from([maskBit | body.length])
      : body.length < 65_536
        ? Buffer.from([maskBit | 126, body.length >> 8, body.length & 0xff])
        : Buffer.from([maskBit | 127, 0, 0, 0, 0, ...uint32(body.length)]);
  if (!masked) return Buffer.concat([Buffer.from([first]), length, body]);
  const hidden = body.map((byte, at) => byte ^ (MASK[at % 4] ?? 0));
  return Buffer.concat([Buffer.from([first]), length, MASK, hidden]);
}

/** A frame from the server. */
export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A WebSocket client that frames its bytes itself. */
export class WebSocketPeer {
  readonly peer: Peer;
  /** Status line and headers of the response to the upgrade. */
  readonly head: string;
  readonly #pending: Frame[] = [];
  #stream = "";

  private constructor(peer: Peer, head: string) {
    this.peer = peer;
    this.head = head;
  }

  /** Connects and upgrades; reads the INFO and discards it. @throws Error when the upgrade is refused */
  static async dial(port: number, headers: Record<string, string> = {}): Promise<WebSocketPeer> {
    const { peer, head } = await upgrade(port, headers);
    if (!head.startsWith("HTTP/1.1 101 ")) throw new Error(`the upgrade was refused: ${head}`);
    const webSocket = new WebSocketPeer(peer, head);
    await webSocket.readUntil("\r\n");
    return webSocket;
  }

  send(...frames: Buffer[]): void {
    this.peer.send(Buffer.concat(frames));
  }

  /** Sends text in a binary frame. */
  sendText(text: string): void {
    this.send(frame(OPCODES.binary, text));
  }

  /** Reads the NATS stream up to and including `end`; less if the connection ends first. */
  async readUntil(end: string): Promise<string> {
    await this.peer.waitFor(() => {
      this.#parse();
      return this.#stream.includes(end) || this.peer.isEnded;
    });
    const at = this.#stream.indexOf(end);
    const cut = at < 0 ? this.#stream.length : at + end.length;
    const heard = this.#stream.slice(0, cut);
    this.#stream = this.#stream.slice(cut);
    return heard;
  }

  /** Waits for a control frame with this opcode. @throws Error when the connection ends without one */
  async control(opcode: number): Promise<Frame> {
    const find = (): Frame | undefined => this.#pending.find((one) => one.opcode === opcode);
    await this.peer.waitFor(() => {
      this.#parse();
      return find() !== undefined || this.peer.isEnded;
    });
    const found = find();
    if (found === undefined) throw new Error(`the connection ended without a frame of opcode ${opcode}`);
    return found;
  }

  /** Everything until the end of the connection, with the close frame's code and reason if there is one. */
  async end(): Promise<{ heard: string; code: number | undefined; reason: string }> {
    await this.peer.waitFor(() => this.peer.isEnded);
    this.#parse();
    const close = this.#pending.find(({ opcode }) => opcode === OPCODES.close);
    return {
      heard: this.#stream,
      code: close === undefined || close.payload.length < 2 ? undefined : close.payload.readUInt16BE(0),
      reason: close?.payload.subarray(2).toString("utf8") ?? "",
    };
  }

  close(): void {
    this.peer.close();
  }

  #parse(): void {
    for (;;) {
      const bytes = this.peer.received;
      const short = (bytes[1] ?? 0) & 0x7f;
      const headBytes = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length < headBytes) return;
      const length =
        short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
      if (bytes.length < headBytes + length) return;
      const opcode = (bytes[0] ?? 0) & 0x0f;
      const payload = this.peer.take(headBytes + length).subarray(headBytes);
      if (opcode >= OPCODES.close) this.#pending.push({ opcode, payload });
      else this.#stream += payload.toString("latin1");
    }
  }
}

const UPGRADE = {
  Host: "127.0.0.1",
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version": "13",
};

/** Sends an upgrade request and reads the response's head; `headers` override the defaults, and "" omits a header. */
export async function upgrade(
  port: number,
  headers: Record<string, string>,
  { method = "GET", path = "/" } = {},
): Promise<{ peer: Peer; head: string }> {
  const peer = await Peer.dial(port);
  const lines = Object.entries({ ...UPGRADE, ...headers })
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}: ${value}\r\n`);
  peer.send(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  await peer.waitFor(() => peer.received.includes("\r\n\r\n") || peer.isEnded);
  return { peer, head: peer.take(peer.received.indexOf("\r\n\r\n") + 4).toString("latin1") };
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
