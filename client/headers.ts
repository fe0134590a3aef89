import type { MessageHeaders } from "./message.ts";

/** Shared: creating a decoder costs more than decoding a block. */
const DECODER = new TextDecoder();

/** Line beginnings that are searched in every stream message: concatenating one costs as much as finding it. */
const STARTS = new Map(
  ["Stream", "Subject", "Sequence", "Time-Stamp", "Num-Pending", "Last-Sequence", "Msg-Size"].map((name) => [
    `Nats-${name}`,
    `\r\nNats-${name}:`,
  ]),
);

const startOf = (name: string): string => STARTS.get(name) ?? `\r\n${name}:`;

/**
 * The first two headers that a stream adds to an answer or a republished message (nats-server 2.9.10 to
 * 2.15.1). The server cuts two bytes off the publisher's block and appends. If that block doesn't end with an
 * empty line, the first header lands in the publisher's last line. The second always has a line of its own,
 * and nothing that a publisher wrote follows it.
 */
const FIRST_ADDED = "Nats-Stream: ";
const SECOND_ADDED = startOf("Nats-Subject");

/** The version and a status (NATS ADR-4). The version is required, as a header's name may begin with a digit. */
const STATUS = /^NATS\/1\.0 +(\d{3})/;

/**
 * A header block (NATS ADR-4): a line with the version and perhaps a status, then a line for each header.
 * Values are searched on demand: parsing every header would cost more than the message itself.
 */
export class HeaderBlock implements MessageHeaders {
  readonly #text: string;
  /** Where the server's second header begins; cached, as several headers of a stream message are read. */
  #added: number | undefined;

  constructor(bytes: Uint8Array) {
    this.#text = DECODER.decode(bytes);
  }

  /** The status; 0 if there is none. */
  get code(): number {
    return Number(STATUS.exec(this.#text)?.[1] ?? 0);
  }

  get(name: string): string {
    return this.values(name)[0] ?? "";
  }

  /**
   * A header that the server added; empty if there is none. A publisher's headers may have the same names, as
   * when it forwards a message that it read from a stream.
   */
  serverHeader(name: string): string {
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
    const text = this.#text;
    const lineEnd = text.indexOf("\r\n", from);
    let [start, end] = [from, lineEnd < 0 ? text.length : lineEnd];
    // Not `trim()`: a subject may begin or end with characters that only Unicode counts as white space.
    while (start < end && isBlank(text[start])) start += 1;
    while (start < end && isBlank(text[end - 1])) end -= 1;
    return text.slice(start, end);
  }

  keys(): string[] {
    const lines = this.#text.split("\r\n").filter((line, index) => index > 0 && line.includes(":"));
    return [...new Set(lines.map((line) => line.slice(0, line.indexOf(":"))))];
  }
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}
