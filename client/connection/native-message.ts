import type { Msg, PublishOptions as NativeOptions } from "nats.ws";
import { HeaderBlock } from "../headers.ts";
import type { Message } from "../message.ts";
import { checkType, type PublishOptions } from "../options.ts";

/** What nats.ws 1.30.3 keeps of a message: the header block's length, -1 where there is none, and its bytes with the payload's. */
interface Kept {
  readonly _msg: { readonly hdr: number };
  readonly _rdata: Uint8Array;
}

/**
 * A message of core NATS was never stored. That is said once on the class of nats.ws's messages,
 * and not on each of them: an object more for each message costs a twentieth of the speed.
 */
export function asMessage(message: Msg): Message {
  if ((message as unknown as Kept)._msg.hdr > 0) return new HeadedMessage(message);
  const of = message as unknown as Message;
  if (of.isHistory === undefined) Object.getPrototypeOf(message).isHistory = false;
  return of;
}

/** One with headers: nats.ws takes them all apart, checked letter by letter, which costs more than all else. */
class HeadedMessage implements Message {
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
      const { _msg, _rdata } = this.#native as unknown as Kept;
      this.#headers = new HeaderBlock(_rdata.subarray(0, _msg.hdr));
    }
    return this.#headers;
  }

  respond(payload?: Uint8Array): boolean {
    return this.#native.respond(payload);
  }
}

/** What nats.ws is told; it asks headers for nothing but their bytes. */
export function nativeOptions({ headers, reply }: PublishOptions): NativeOptions {
  return { reply, headers: headers && { encode: () => encoded(headers) } } as unknown as NativeOptions;
}

/** A header block (NATS ADR-4). */
function encoded(headers: NonNullable<PublishOptions["headers"]>): Uint8Array {
  let text = "NATS/1.0\r\n";
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values].flat()) text += `${name}: ${value}\r\n`;
  }
  return new TextEncoder().encode(`${text}\r\n`);
}

/** @throws TypeError that names the header and the fix */
export function checkHeaders(headers: NonNullable<PublishOptions["headers"]>): void {
  checkType("headers", headers, "Object");
  for (const [name, values] of Object.entries(headers)) {
    // RFC 9110, section 5.1, as NATS reads it: printable ASCII but for the colon.
    if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) {
      throw new TypeError(`header name "${name}" is no header's: use printable ASCII without ":" and blanks`);
    }
    for (const value of [values].flat()) {
      if (typeof value !== "string" || /[\r\n]/.test(value)) {
        throw new TypeError(`header "${name}" has a value of several lines, or no string: give one`);
      }
    }
  }
}
