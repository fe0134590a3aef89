/**
 * Subjects are kept as latin1 strings with one character per byte ("latin1-kept"), so that a subject
 * that isn't UTF-8 is forwarded unchanged, as in nats-server.
 */

/** Whether the subject is valid for a subscription: no empty token, `>` only as the last token. */
export function isSubscribable(subject: string): boolean {
  const tokens = subject.split(".");
  return tokens.every((token, index) => token !== "" && (token !== ">" || index === tokens.length - 1));
}

/** Whether a subject has no wildcard token. `foo*` is literal, because a wildcard must be a whole token. */
export function isLiteral(subject: string): boolean {
  return !subject.split(".").some((token) => token === "*" || token === ">");
}

/** Whether the subject is valid for a publication: like a subscription's, without wildcards. */
export function isPublishable(subject: string): boolean {
  return isSubscribable(subject) && isLiteral(subject);
}

/** Whether a pattern covers a subject. Wildcards in the subject count as plain tokens, as in nats-server's permissions. */
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

/** Decodes a latin1-kept subject for messages and JSON. */
export function toText(subject: string): string {
  return Buffer.from(subject, "latin1").toString("utf8");
}

/** Encodes a subject from a configuration or token as latin1-kept. */
export function fromText(subject: string): string {
  return Buffer.from(subject, "utf8").toString("latin1");
}
