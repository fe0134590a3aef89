/** No INFO is longer, bytes; what goes on beyond this isn't one. */
export const MAX_INFO_BYTES = 64 * 1024;

/** What nats-server can begin with (NATS client protocol). */
const OPENINGS = ["INFO ", "-ERR ", "+OK\r", "PING\r", "PONG\r", "MSG ", "HMSG "] as const;

/** How much of what can't be read is kept, to be shown. */
const SHOWN_CHARACTERS = 64;

const LINE_FEED = 0x0a;
const LINE_END_BYTES = 2;

/** One line of the NATS client protocol, as far as a handshake meets it. */
export type ServerLine =
  /** `nonce` is what a login signs, if the server wants a signature; a server that is going says so (`ldm`). */
  | { readonly op: "info"; readonly nonce: string | undefined; readonly isGoing: boolean }
  | { readonly op: "ping" | "pong" | "ok" }
  | { readonly op: "err"; readonly text: string }
  /** A message; its payload is passed over. */
  | { readonly op: "message"; readonly payloadBytes: number }
  /** No NATS: its beginning, printable. An INFO that isn't JSON, or has no end, is none either. */
  | { readonly op: "unreadable"; readonly begins: string };

/** Cuts the bytes of a handshake into lines, however they are split over frames. Bounded, pure; for page and edge. */
export class LineReader {
  #line = "";
  #payloadBytesLeft = 0;

  /** The lines that `bytes` completes. After `unreadable` nothing more can be read. */
  read(bytes: Uint8Array): readonly ServerLine[] {
    const lines: ServerLine[] = [];
    for (let at = 0; at < bytes.length; ) {
      const skipped = Math.min(this.#payloadBytesLeft, bytes.length - at);
      this.#payloadBytesLeft -= skipped;
      at += skipped;
      const feed = bytes.indexOf(LINE_FEED, at);
      const end = feed === -1 ? bytes.length : feed + 1;
      // Cut before it is decoded: one frame may be larger than everything that is ever kept.
      this.#line += latin1(bytes.subarray(at, Math.min(end, at + MAX_INFO_BYTES + 1)));
      at = end;
      const isEndless = this.#line.length > MAX_INFO_BYTES;
      if (isEndless || !isOpening(this.#line)) return [...lines, unreadable(this.#line)];
      if (feed !== -1) lines.push(this.#complete());
    }
    return lines;
  }

  #complete(): ServerLine {
    const line = parseLine(this.#line.replace(/\r?\n$/, ""));
    this.#line = "";
    if (line.op === "message") this.#payloadBytesLeft = line.payloadBytes + LINE_END_BYTES;
    return line;
  }
}

/** Whether `text` may still become a line of NATS. */
function isOpening(text: string): boolean {
  const head = text.slice(0, 5).toUpperCase();
  return OPENINGS.some((opening) => opening.startsWith(head.slice(0, opening.length)));
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
    return { op: "info", nonce, isGoing: "ldm" in info && info.ldm === true };
  } catch {
    return unreadable(line);
  }
}

function unreadable(text: string): ServerLine {
  return { op: "unreadable", begins: printable(text.replace(/\r?\n.*/s, "")) };
}

/** The beginning of a text, without what a terminal or a page shouldn't be given raw. */
export function printable(text: string): string {
  return text.slice(0, SHOWN_CHARACTERS).replace(/[^\x20-\x7e]/g, "·");
}

/** The protocol's own words are ASCII: one character for each byte is enough. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
