import { checkType } from "./options.ts";

/** A server disconnects a client that sends a line of over 4,096 bytes, of which a subject is only a part. */
const MAX_BYTES = 1000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the protocol forbids exactly these
const UNFIT = /^$|[\s\x00]/;

/**
 * Checks the name of a queue group or stream, or the length and characters of a subject.
 * @throws TypeError that names the field and how to fix it
 */
export function checkText(text: string, field: string): string {
  checkType(field, text, "string");
  if (UNFIT.test(text) || new TextEncoder().encode(text).length > MAX_BYTES)
    throw new TypeError(
      `${field} "${text.slice(0, 99)}" is empty, longer than ${MAX_BYTES} bytes, or contains white space`,
    );
  return text;
}

function checkTokens(subject: string, field: string): void {
  checkText(subject, field);
  if (/(^|\.)(\.|$)/.test(subject))
    throw new TypeError(`${field} "${subject}" has an empty token: remove a dot`);
}

/**
 * Checks a subject to subscribe to; `*` and `>` are allowed (NATS subject rules).
 * nats.ws doesn't check subjects, and a space in one would garble the protocol.
 * @throws TypeError that names the field and how to fix it
 */
export function checkSubscribeSubject(subject: string, field = "subject"): string {
  checkTokens(subject, field);
  if (/(^|\.)>\./.test(subject))
    throw new TypeError(`${field} "${subject}" has ">" before its end: ">" may only be the last token`);
  return subject;
}

/**
 * Checks a subject to publish to; wildcards are not allowed.
 * @throws TypeError that names the field and how to fix it
 */
export function checkPublishSubject(subject: string, field = "subject"): string {
  checkTokens(subject, field);
  if (/(^|\.)[*>](\.|$)/.test(subject))
    throw new TypeError(`${field} "${subject}" has a wildcard: use a subject without wildcards`);
  return subject;
}
