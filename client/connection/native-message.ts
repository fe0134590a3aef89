import type { Msg, PublishOptions as NativeOptions } from "nats.ws";
import { HeaderBlock } from "../headers.ts";
import type { Message } from "../message.ts";
import { checkType, type PublishOptions } from "../options.ts";

/** Internals of nats.ws 1.30.3: `hdr` is the length of the header block or -1, `_rdata` that block and the payload. */
interface NativeInternals {
  readonly _msg: { readonly hdr: number };
  readonly _rdata: Uint8Array;
}

/**
 * Converts a message of nats.ws. One without headers lacks only `isHistory` (false for core NATS), which is set once, on
 * the prototype: wrapping each message in an object costs 5 % of the throughput.
 */
export function asMessage(message: Msg): Message {
  if ((message as unknown as NativeInternals)._msg.hdr > 0) return new MessageWithHeaders(message);
  const plain = message as unknown as Message;
  if (plain.isHistory === undefined) Object.getPrototypeOf(message).isHistory = false;
  return plain;
}

/** Reads headers lazily: the parser of nats.ws checks every character, which costs more than everything else. */
class MessageWithHeaders implements Message {
  readonly isHistory = false;
  readonly #native: Msg;
  #headers: HeaderBlock | undefined;

  constructor(native: Msg) {
    this.#native = native;
  }

  get subject(): string {
    return this.#native.subject;
  }

  get data(): Uint8Array {
    return this.#native.data;
  }

  get reply(): string {
    return this.#native.reply ?? "";
  }

  get headers(): HeaderBlock {
    if (this.#headers === undefined) {
      const { _msg, _rdata } = this.#native as unknown as NativeInternals;
      this.#headers = new HeaderBlock(_rdata.subarray(0, _msg.hdr));
    }
    return this.#headers;
  }

  respond(payload?: Uint8Array): boolean {
    return this.#native.respond(payload);
  }
}

/** The options for nats.ws, which calls only `encode()` of the headers. */
export function nativeOptions({ headers, reply }: PublishOptions): NativeOptions {
  return { reply, headers: headers && { encode: () => encodeHeaders(headers) } } as unknown as NativeOptions;
}

/** Headers as a block of the protocol (NATS ADR-4). */
function encodeHeaders(headers: NonNullable<PublishOptions["headers"]>): Uint8Array {
  let text = "NATS/1.0\r\n";
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values].flat()) text += `${name}: ${value}\r\n`;
  }
  return new TextEncoder().encode(`${text}\r\n`);
}

/** @throws TypeError that names the invalid header and how to fix it */
export function checkHeaders(headers: NonNullable<PublishOptions["headers"]>): void {
  checkType("headers", headers, "Object");
  for (const [name, values] of Object.entries(headers)) {
    // RFC 9110, section 5.1, as NATS implements it: printable ASCII except the colon.
    if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) {
      throw new TypeError(`header name "${name}" is invalid: use printable ASCII without ":" and spaces`);
    }
    for (const value of [values].flat()) {
      if (typeof value !== "string" || /[\r\n]/.test(value)) {
        throw new TypeError(`header "${name}" has an invalid value: give a string without line breaks`);
      }
    }
  }
}
