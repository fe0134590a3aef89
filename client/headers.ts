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
 * The first two of the headers that a stream adds when it answers or republishes (nats-server 2.9.10 to 2.15.1). It strikes two
 * bytes off what it was given and goes on from there: where that had no empty line at its end, what it adds first stands in
 * another's line. The second never does, and nothing that a publisher writes comes after that.
 */
const FIRST_ADDED = "Nats-Stream: ";
const SECOND_ADDED = startOf("Nats-Subject");

/** The version, and a status (NATS ADR-4): a header's name may begin with a digit. */
const STATUS = /^NATS\/1\.0 +(\d{3})/;

/**
 * A header block (NATS ADR-4): a line with the version, and a status where the server has one; then one line
 * for each header. Read where it is asked for: taking all of it apart would cost more than the message.
 */
export class HeaderBlock implements MessageHeaders {
  readonly #text: string;
  /** Where the server's word goes on in a line of its own; looked for once, for much is asked of a stream's message. */
  #added: number | undefined;

  constructor(bytes: Uint8Array) {
    this.#text = DECODER.decode(bytes);
  }

  /** The status; 0 where there is none. */
  get code(): number {
    return Number(STATUS.exec(this.#text)?.[1] ?? 0);
  }

  get(name: string): string {
    return this.values(name)[0] ?? "";
  }

  /**
   * What the server says, empty where it says nothing: it adds its headers to those that a message was published with,
   * which may have the same names, as those of a message have that was read from a stream.
   */
  added(name: string): string {
    this.#added ??= this.#text.lastIndexOf(SECOND_ADDED);
    const isFirst = name === "Nats-Stream";
    const start = isFirst ? FIRST_ADDED : startOf(name);
    const at = isFirst ? this.#text.lastIndexOf(start, this.#added) : this.#text.indexOf(start, this.#added);
    return at < 0 ? "" : this.#valueAt(at + start.length);
  }

  has(name: string): boolean {
    return this.#text.includes(startOf(name));
  }

  values(name: string): string[] {
    const values: string[] = [];
    const start = startOf(name);
    for (let at = this.#text.indexOf(start); at >= 0; at = this.#text.indexOf(start, at + 1)) {
      values.push(this.#valueAt(at + start.length));
    }
    return values;
  }

  #valueAt(from: number): string {
    return this.#text.slice(from, this.#text.indexOf("\r\n", from)).trim();
  }

  keys(): string[] {
    const lines = this.#text.split("\r\n").slice(1);
    return [
      ...new Set(lines.flatMap((line) => (line.includes(":") ? [line.slice(0, line.indexOf(":"))] : []))),
    ];
  }
}
