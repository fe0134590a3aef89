/** No INFO is longer; what goes on beyond this isn't one. */
export const MAX_INFO_BYTES = 64 * 1024;

const SHOWN_BYTES = 64;
/** All that a server says before anything is subscribed. */
const VERBS = ["INFO ", "-ERR ", "+OK", "PING", "PONG"] as const;

/**
 * Reads along while a link is being made and notes what nats.ws keeps to
 * itself: whether INFO came, an `-ERR` before or after it, bytes that aren't NATS.
 */
export class HandshakeReader {
  #text = "";
  #bytes = 0;

  /** Takes the next frame's bytes. */
  read(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    // The protocol's own words are ASCII, so one character per byte is enough to find them.
    if (this.#text.length <= MAX_INFO_BYTES) this.#text += latin1(bytes);
  }

  /** Whether a whole INFO line arrived. */
  get infoReceived(): boolean {
    return /^INFO [^\r\n]*\r\n/i.test(this.#text);
  }

  /** The challenge in INFO that proves an nkey; undefined when INFO has none, or isn't JSON. */
  get nonce(): string | undefined {
    try {
      const info = JSON.parse(/^INFO ([^\r\n]*)\r\n/i.exec(this.#text)?.[1] ?? "{}") as { nonce?: unknown };
      return typeof info.nonce === "string" ? info.nonce : undefined;
    } catch {
      return undefined;
    }
  }

  /** The text of the first `-ERR`, without its quotes. */
  get errText(): string | undefined {
    return /(?:^|\r\n)-ERR '?([^'\r\n]*)'?\r\n/i.exec(this.#text)?.[1];
  }

  /** The first bytes, printable, that can't be part of a NATS handshake; undefined while all can. */
  get strangeBytes(): string | undefined {
    for (const line of this.#text.split("\r\n")) {
      const head = line.slice(0, 5).toUpperCase();
      const known = VERBS.some((verb) => verb.startsWith(head.slice(0, verb.length)));
      if (!known) return printable(line.slice(0, SHOWN_BYTES));
    }
    return undefined;
  }

  /** Whether more came than any INFO holds, and still no end of line. */
  get endless(): boolean {
    return this.#bytes > MAX_INFO_BYTES && !this.#text.includes("\r\n");
  }
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Replaces what a terminal or a page shouldn't be given raw. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "·");
}
