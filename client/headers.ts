import type { MessageHeaders } from "./message.ts";

/** One for all: to make one costs more than to decode a block. */
const DECODER = new TextDecoder();

/** How the lines begin that are looked for in every message of a stream: to put that together costs as much as to find it. */
const STARTS = new Map(
  ["Stream", "Subject", "Sequence", "Time-Stamp", "Num-Pending", "Last-Sequence", "Msg-Size"].map((name) => [
    `Nats-${name}`,
    `\r\nNats-${name}:`,
  ]),
);

const startOf = (name: string): string => STARTS.get(name) ?? `\r\n${name}:`;

/**
 * A header block (NATS ADR-4): a line with the version, and a status where the server has one; then one line
 * for each header. Read where it is asked for: taking all of it apart would cost more than the message.
 */
export class HeaderBlock implements MessageHeaders {
  readonly #text: string;

  constructor(bytes: Uint8Array) {
    this.#text = DECODER.decode(bytes);
  }

  /** The status; 0 where there is none. */
  get code(): number {
    return Number.parseInt(this.#text.slice("NATS/1.0".length), 10) || 0;
  }

  get(name: string): string {
    return this.values(name)[0] ?? "";
  }

  has(name: string): boolean {
    return this.#text.includes(startOf(name));
  }

  values(name: string): string[] {
    const values: string[] = [];
    const start = startOf(name);
    for (let at = this.#text.indexOf(start); at >= 0; at = this.#text.indexOf(start, at + 1)) {
      const from = at + start.length;
      values.push(this.#text.slice(from, this.#text.indexOf("\r\n", from)).trim());
    }
    return values;
  }

  keys(): string[] {
    const lines = this.#text.split("\r\n").slice(1);
    return [
      ...new Set(lines.flatMap((line) => (line.includes(":") ? [line.slice(0, line.indexOf(":"))] : []))),
    ];
  }
}
