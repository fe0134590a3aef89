// biome-ignore lint/suspicious/noControlCharactersInRegex: the protocol forbids exactly these
const WHITE_SPACE = /[\s\x00]/;

/** A server ends every link that sends it a longer line than 4,096 bytes, and a subject isn't all that stands in one. */
const MOST_CHARACTERS = 1000;

/** @throws RangeError that names the field and the fix */
export function checkLength(field: string, text: string): void {
  if (text.length > MOST_CHARACTERS)
    throw new RangeError(`${field} has ${text.length} characters: give at most ${MOST_CHARACTERS}`);
}

function tokensOf(subject: string, field: string): string[] {
  if (typeof subject !== "string") throw new TypeError(`${field} is no text: give a NATS subject`);
  if (subject === "") throw new TypeError(`${field} is empty: give a NATS subject such as egos.llm.logs`);
  checkLength(field, subject);
  if (WHITE_SPACE.test(subject)) {
    throw new TypeError(`${field} "${subject}" holds white space: NATS subjects have none`);
  }
  const tokens = subject.split(".");
  if (tokens.includes("")) {
    throw new TypeError(
      `${field} "${subject}" has an empty token: remove the dot at its start, end or middle`,
    );
  }
  return tokens;
}

/**
 * Checks a subject to subscribe to; `*` and `>` are allowed (NATS subject rules).
 * nats.ws sends what it is given, and a blank in a subject would garble the protocol.
 * @throws TypeError or RangeError that names the field and the fix
 */
export function checkSubscribeSubject(subject: string, field = "subject"): string {
  const tokens = tokensOf(subject, field);
  if (tokens.slice(0, -1).includes(">")) {
    throw new TypeError(`${field} "${subject}" has ">" before its end: ">" may only be the last token`);
  }
  return subject;
}

/**
 * Checks a subject to publish to; wildcards are not allowed.
 * @throws TypeError or RangeError that names the field and the fix
 */
export function checkPublishSubject(subject: string, field = "subject"): string {
  for (const token of tokensOf(subject, field)) {
    if (token === "*" || token === ">") {
      throw new TypeError(`${field} "${subject}" has a wildcard: publish to one exact subject`);
    }
  }
  return subject;
}

/**
 * Checks the name of a queue group.
 * @throws TypeError or RangeError that names the fix
 */
export function checkQueue(queue: string): string {
  checkLength("queue", queue);
  if (queue === "" || WHITE_SPACE.test(queue)) {
    throw new TypeError(`queue "${queue}" is no name of a group: give text without white space`);
  }
  return queue;
}
