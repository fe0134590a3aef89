import type { Msg, MsgHdrs, PublishOptions as NativeOptions } from "nats.ws";
import type { Message } from "../message.ts";

/** What may go with a message that is published. */
export interface PublishOptions {
  /** By name; several values of one name as a list (NATS ADR-4). */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** The subject on which an answer is expected. */
  readonly reply?: string;
}

/**
 * A message of core NATS was never stored. That is said once on the class of nats.ws's messages,
 * and not on each of them: an object more for each message costs a twentieth of the speed.
 */
export function asMessage(message: Msg): Message {
  const of = message as unknown as Message;
  if (of.isHistory === undefined) Object.getPrototypeOf(message).isHistory = false;
  return of;
}

/** What nats.ws is told; it asks headers for nothing but their bytes. */
export function nativeOptions({ headers, reply }: PublishOptions): NativeOptions {
  return {
    ...(reply === undefined ? {} : { reply }),
    ...(headers === undefined ? {} : { headers: { encode: () => encoded(headers) } as unknown as MsgHdrs }),
  };
}

/** A header block (NATS ADR-4). */
function encoded(headers: NonNullable<PublishOptions["headers"]>): Uint8Array {
  let text = "NATS/1.0\r\n";
  for (const [name, values] of Object.entries(headers)) {
    for (const value of [values].flat()) text += `${name}: ${value}\r\n`;
  }
  return new TextEncoder().encode(`${text}\r\n`);
}

/**
 * Checks what is to go with a message.
 * @throws TypeError that names the option and the fix
 */
export function checkPublishOptions(options: PublishOptions): PublishOptions {
  for (const [name, values] of Object.entries(options.headers ?? {})) {
    // RFC 9110, section 5.1, as NATS reads it: printable ASCII but for the colon.
    if (!/^[\x21-\x39\x3b-\x7e]+$/.test(name)) {
      throw new TypeError(`header name "${name}" is no header's: use printable ASCII without ":" and blanks`);
    }
    for (const value of [values].flat()) {
      if (typeof value !== "string" || /[\r\n]/.test(value)) {
        throw new TypeError(`header "${name}" has a value that is no text of one line: give a string`);
      }
    }
  }
  return options;
}
