import type { ViewerPermissions } from "./claims.ts";

/** Servers refuse more than 4,096 bytes of CONNECT; signature, names and the rest need some of it. */
export const MAX_JWT_LENGTH = 3500;

/** Something that a token would do and must not. */
export interface LintProblem {
  /** The subject that is wrong, if it is one. */
  readonly subject?: string;
  readonly message: string;
  readonly fix: string;
}

/** Subjects that begin with no name of the page's own; a bucket's keys have one behind `$KV`. */
const NO_NAME = /^(?:[*>]|\$(?!KV\.[^.*>]+\.)|_INBOX)/;

/** Finds what would make a viewer's token more, or less, than a viewer's; empty when there is nothing of the kind. */
export function lintToken(
  { pub, sub, ...limits }: ViewerPermissions,
  ownInbox: string,
  jwtLength: number,
): readonly LintProblem[] {
  const problems: LintProblem[] = [];
  const add = (message: string, fix: string, subject?: string): void => {
    problems.push({ message, fix, ...(subject === undefined ? {} : { subject }) });
  };
  // An empty list of what is allowed allows everything (NATS JWT v2, permissions).
  if (sub.allow.length === 0) add("allows subscribing to everything", "name what may be read");
  const publishesNothing = "deny" in pub ? pub.deny.includes(">") : pub.allow.length > 0;
  if (!publishesNothing) add("allows publishing to everything", 'deny ">"');
  for (const name of ["subs", "data", "payload"] as const) {
    // What is left out counts as 0: the first subscription or message would close the link.
    if (!limits[name]) add(`sets no limit ${name}, which NATS reads as 0`, "set it; -1 is no limit");
  }
  for (const subject of sub.allow) {
    if (subject === ownInbox || !NO_NAME.test(subject)) continue;
    add("also reads what isn't the page's", "begin it with a name", subject);
  }
  if (jwtLength > MAX_JWT_LENGTH) {
    const message = `makes a token of ${jwtLength} characters, and NATS takes at most ${MAX_JWT_LENGTH}`;
    add(message, "name fewer or shorter subjects, or use a scoped signing key");
  }
  return problems;
}
