/** No INFO is longer, bytes; what goes on beyond this isn't one. */
export const MAX_INFO_BYTES = 64 * 1024;

/** What nats-server can begin with (NATS client protocol). */
const OPENINGS = ["INFO ", "-ERR ", "+OK\r", "PING\r", "PONG\r"] as const;

/** One line of the NATS client protocol, as far as a handshake meets it. */
export type ServerLine =
  /** `nonce` is what a login signs; empty when the server wants no signature. */
  | { readonly op: "info"; readonly nonce: string }
  | { readonly op: "bad-info" }
  | { readonly op: "ping" | "pong" | "ok" }
  | { readonly op: "err"; readonly text: string }
  | { readonly op: "strange" }
  | { readonly op: "endless" };

/** Cuts the bytes of a handshake into lines, however they are split over frames. Bounded, pure. */
export class LineReader {
  #rest = "";

  /** The lines that `bytes` completes. After `strange` or `endless` nothing more can be read. */
  read(bytes: Uint8Array): readonly ServerLine[] {
    // Cut before it is decoded: one frame may be larger than everything that is ever kept.
    this.#rest += latin1(bytes.subarray(0, MAX_INFO_BYTES + 1));
    const lines: ServerLine[] = [];
    for (let end = this.#rest.indexOf("\r\n"); end !== -1; end = this.#rest.indexOf("\r\n")) {
      lines.push(parseLine(this.#rest.slice(0, end)));
      this.#rest = this.#rest.slice(end + 2);
    }
    if (this.#rest.length > MAX_INFO_BYTES) lines.push({ op: "endless" });
    else if (!isOpening(this.#rest)) lines.push({ op: "strange" });
    return lines;
  }
}

/** Whether `text` may still become a line of NATS. */
function isOpening(text: string): boolean {
  const head = text.slice(0, 5).toUpperCase();
  return OPENINGS.some((opening) => opening.startsWith(head.slice(0, opening.length)));
}

function parseLine(line: string): ServerLine {
  const upper = line.slice(0, 5).toUpperCase();
  if (upper === "INFO ") return parseInfo(line.slice(5));
  if (upper === "PING") return { op: "ping" };
  if (upper === "PONG") return { op: "pong" };
  if (upper === "+OK") return { op: "ok" };
  if (upper === "-ERR ") return { op: "err", text: line.slice(5).replace(/^'|'$/g, "") };
  return { op: "strange" };
}

function parseInfo(json: string): ServerLine {
  try {
    const info: unknown = JSON.parse(json);
    if (typeof info !== "object" || info === null || Array.isArray(info)) return { op: "bad-info" };
    return { op: "info", nonce: "nonce" in info ? String(info.nonce) : "" };
  } catch {
    return { op: "bad-info" };
  }
}

/** The protocol's own words are ASCII: one character for each byte is enough. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
