import { checkType } from "./options.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: the protocol forbids exactly these
const NO_TOKENS = /^$|[\s\x00]/;

/** A server ends every link that sends it a longer line than 4,096 bytes, and a subject isn't all that stands in one. */
const MOST_CHARACTERS = 1000;

/** @throws RangeError that names the field and the fix */
export function checkLength(field: string, text: string): void {
  if (text.length > MOST_CHARACTERS)
    throw new RangeError(`${field} has ${text.length} characters: give at most ${MOST_CHARACTERS}`);
}

/**
 * Checks the name of a queue group, or what may be a subject.
 * @throws TypeError or RangeError that names the field and the fix
 */
export function checkText(field: string, text: string): string {
  checkType(field, text, "string");
  checkLength(field, text);
  if (NO_TOKENS.test(text))
    throw new TypeError(`${field} "${text}" is empty or holds white space: give text without it`);
  return text;
}

function checkTokens(field: string, subject: string): void {
  checkText(field, subject);
  if (/(^|\.)(\.|$)/.test(subject))
    throw new TypeError(
      `${field} "${subject}" has an empty token: remove the dot at its start, end or middle`,
    );
}

/**
 * Checks a subject to subscribe to; `*` and `>` are allowed (NATS subject rules).
 * nats.ws sends what it is given, and a blank in a subject would garble the protocol.
 * @throws TypeError or RangeError that names the field and the fix
 */
export function checkSubscribeSubject(subject: string, field = "subject"): string {
  checkTokens(field, subject);
  if (/(^|\.)>\./.test(subject))
    throw new TypeError(`${field} "${subject}" has ">" before its end: ">" may only be the last token`);
  return subject;
}

/**
 * Checks a subject to publish to; wildcards are not allowed.
 * @throws TypeError or RangeError that names the field and the fix
 */
export function checkPublishSubject(subject: string, field = "subject"): string {
  checkTokens(field, subject);
  if (/(^|\.)[*>](\.|$)/.test(subject))
    throw new TypeError(`${field} "${subject}" has a wildcard: publish to one exact subject`);
  return subject;
}
