/**
 * Subjects are kept as latin1 strings: one character a byte, so that a subject
 * that is not UTF-8 leaves as it came, as nats-server does it.
 */

/** Whether a subscription may name this subject: no empty token, `>` only as the last token. */
export function isSubscribable(subject: string): boolean {
  const tokens = subject.split(".");
  return tokens.every((token, index) => token !== "" && (token !== ">" || index === tokens.length - 1));
}

/** Whether a subject has no wildcard token. `foo*` is literal: only a token that is all wildcard counts. */
export function isLiteral(subject: string): boolean {
  return !subject.split(".").some((token) => token === "*" || token === ">");
}

/** Whether a subject can be published to: as a subscription's, without wildcards. */
export function isPublishable(subject: string): boolean {
  return isSubscribable(subject) && isLiteral(subject);
}

/** Whether a subject falls under a pattern. Wildcards in the subject count as plain tokens, as in nats-server's rules. */
export function isCovered(pattern: string, subject: string): boolean {
  const wanted = pattern.split(".");
  const tokens = subject.split(".");
  for (const [index, want] of wanted.entries()) {
    const token = tokens[index];
    if (token === undefined) return false;
    if (want === ">") return true;
    if (want !== "*" && want !== token) return false;
  }
  return tokens.length === wanted.length;
}

/** A latin1-kept subject as the text that people and JSON readers see. */
export function toText(subject: string): string {
  return Buffer.from(subject, "latin1").toString("utf8");
}

/** The latin1-kept form of a subject that came as text, from a configuration or a token. */
export function fromText(subject: string): string {
  return Buffer.from(subject, "utf8").toString("latin1");
}
