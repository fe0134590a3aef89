// biome-ignore lint/suspicious/noControlCharactersInRegex: the protocol forbids exactly these
const WHITE_SPACE = /[\s\x00]/;

function tokensOf(subject: string): string[] {
  if (subject === "") throw new TypeError("subject is empty: give a NATS subject such as egos.llm.logs");
  if (WHITE_SPACE.test(subject)) {
    throw new TypeError(`subject "${subject}" holds white space: NATS subjects have none`);
  }
  const tokens = subject.split(".");
  if (tokens.includes("")) {
    throw new TypeError(
      `subject "${subject}" has an empty token: remove the dot at its start, end or middle`,
    );
  }
  return tokens;
}

/**
 * Checks a subject to subscribe to; `*` and `>` are allowed (NATS subject rules).
 * nats.ws sends what it is given, and a blank in a subject would garble the protocol.
 * @throws TypeError that quotes the subject and names the fix
 */
export function checkSubscribeSubject(subject: string): string {
  const tokens = tokensOf(subject);
  if (tokens.slice(0, -1).includes(">")) {
    throw new TypeError(`subject "${subject}" has ">" before its end: ">" may only be the last token`);
  }
  return subject;
}

/**
 * Checks a subject to publish to; wildcards are not allowed.
 * @throws TypeError that quotes the subject and names the fix
 */
export function checkPublishSubject(subject: string): string {
  for (const token of tokensOf(subject)) {
    if (token === "*" || token === ">") {
      throw new TypeError(`subject "${subject}" has a wildcard: publish to one exact subject`);
    }
  }
  return subject;
}

/**
 * Checks the name of a queue group.
 * @throws TypeError that quotes it and names the fix
 */
export function checkQueue(queue: string): string {
  if (typeof queue !== "string" || queue === "" || WHITE_SPACE.test(queue)) {
    throw new TypeError(`queue "${queue}" is no name of a group: give text without white space`);
  }
  return queue;
}
