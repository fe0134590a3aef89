/** The longest INFO that is accepted, bytes; anything longer isn't NATS. */
export const MAX_INFO_BYTES = 64 * 1024;

/** The ways in which a line of nats-server can begin (NATS client protocol). */
const LINE_STARTS = ["INFO ", "-ERR ", "+OK\r", "PING\r", "PONG\r", "MSG ", "HMSG "] as const;

/** Length of the excerpts from unreadable bytes. */
const EXCERPT_CHARACTERS = 64;

const LINE_FEED = 0x0a;
const LINE_END_BYTES = 2;

/** One line of the NATS client protocol, in as much detail as a handshake needs. */
export type ServerLine =
  /** `nonce`: the challenge to sign, if the server requires one; `isLameDuck`: the server is in lame duck mode (`ldm`). */
  | { readonly op: "info"; readonly nonce: string | undefined; readonly isLameDuck: boolean }
  | { readonly op: "ping" | "pong" | "ok" }
  | { readonly op: "err"; readonly text: string }
  /** MSG or HMSG; the payload is skipped. */
  | { readonly op: "message"; readonly payloadBytes: number }
  /** Not NATS, also an INFO that isn't JSON or is too long. `excerpt` is printable. */
  | { readonly op: "unreadable"; readonly excerpt: string };

/** Splits the bytes of a handshake into lines, however they are distributed over frames. Uses bounded memory. */
export class LineReader {
  #line = "";
  #payloadBytesLeft = 0;

  /** Returns the lines that `bytes` completes. After an `unreadable` line, don't call this again. */
  read(bytes: Uint8Array): readonly ServerLine[] {
    const lines: ServerLine[] = [];
    for (let at = 0; at < bytes.length; ) {
      const skipped = Math.min(this.#payloadBytesLeft, bytes.length - at);
      this.#payloadBytesLeft -= skipped;
      at += skipped;
      const lineFeed = bytes.indexOf(LINE_FEED, at);
      const end = lineFeed === -1 ? bytes.length : lineFeed + 1;
      // Cut before decoding: a frame may be far larger than the longest line.
      this.#line += latin1(bytes.subarray(at, Math.min(end, at + MAX_INFO_BYTES + 1)));
      at = end;
      const isTooLong = this.#line.length > MAX_INFO_BYTES;
      if (isTooLong || !isLineStart(this.#line)) return [...lines, unreadable(this.#line)];
      if (lineFeed !== -1) lines.push(this.#completeLine());
    }
    return lines;
  }

  #completeLine(): ServerLine {
    const line = parseLine(this.#line.replace(/\r?\n$/, ""));
    this.#line = "";
    if (line.op === "message") this.#payloadBytesLeft = line.payloadBytes + LINE_END_BYTES;
    return line;
  }
}

/** Whether `text` can be the beginning of a line of NATS. */
function isLineStart(text: string): boolean {
  const head = text.slice(0, 5).toUpperCase();
  return LINE_STARTS.some((start) => start.startsWith(head.slice(0, start.length)));
}

function parseLine(line: string): ServerLine {
  const upper = line.slice(0, 5).toUpperCase();
  if (upper === "INFO ") return parseInfo(line);
  if (upper === "PING") return { op: "ping" };
  if (upper === "PONG") return { op: "pong" };
  if (upper === "+OK") return { op: "ok" };
  if (upper === "-ERR ") return { op: "err", text: line.slice(5).replace(/^'|'$/g, "") };
  const size = /^H?MSG .* (\d{1,9})$/i.exec(line)?.[1];
  return size === undefined ? unreadable(line) : { op: "message", payloadBytes: Number(size) };
}

function parseInfo(line: string): ServerLine {
  try {
    const info: unknown = JSON.parse(line.slice(5));
    if (typeof info !== "object" || info === null || Array.isArray(info)) return unreadable(line);
    const nonce = "nonce" in info ? String(info.nonce) : undefined;
    return { op: "info", nonce, isLameDuck: "ldm" in info && info.ldm === true };
  } catch {
    return unreadable(line);
  }
}

function unreadable(text: string): ServerLine {
  return { op: "unreadable", excerpt: printable(text.replace(/\r?\n.*/s, "")) };
}

/** An excerpt from the start of `text`, with `·` for everything but printable ASCII. */
export function printable(text: string): string {
  return text.slice(0, EXCERPT_CHARACTERS).replace(/[^\x20-\x7e]/g, "·");
}

/** Decodes one byte per character: enough for the protocol itself, which is ASCII. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
