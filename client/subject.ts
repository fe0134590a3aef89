import { checkType } from "./options.ts";

/** A server ends every link that sends it a longer line than 4,096 bytes, and a subject isn't all that stands in one. */
const MOST_BYTES = 1000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the protocol forbids exactly these
const UNFIT = /^$|[\s\x00]/;

/**
 * Checks the name of a queue group or a stream, or what may be a subject.
 * @throws TypeError that names the field and the fix
 */
export function checkText(text: string, field: string): string {
  checkType(field, text, "string");
  if (UNFIT.test(text) || new TextEncoder().encode(text).length > MOST_BYTES)
    throw new TypeError(
      `${field} "${text.slice(0, 99)}" is empty or too long or has white space: give a name`,
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
 * nats.ws sends what it is given, and a blank in a subject would garble the protocol.
 * @throws TypeError that names the field and the fix
 */
export function checkSubscribeSubject(subject: string, field = "subject"): string {
  checkTokens(subject, field);
  if (/(^|\.)>\./.test(subject))
    throw new TypeError(`${field} "${subject}" has ">" before its end: ">" may only be the last token`);
  return subject;
}

/**
 * Checks a subject to publish to; wildcards are not allowed.
 * @throws TypeError that names the field and the fix
 */
export function checkPublishSubject(subject: string, field = "subject"): string {
  checkTokens(subject, field);
  if (/(^|\.)[*>](\.|$)/.test(subject))
    throw new TypeError(`${field} "${subject}" has a wildcard: give a subject without`);
  return subject;
}
