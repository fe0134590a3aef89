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

/**
 * Finds what would make a viewer's token more, or less, than a viewer's; empty when there is nothing of the kind. What
 * is the same in every token (claims.ts) isn't looked at.
 */
export function lintToken(
  readable: readonly string[],
  ownInbox: string,
  jwtLength: number,
): readonly LintProblem[] {
  const problems: LintProblem[] = readable
    .filter((subject) => subject !== ownInbox && NO_NAME.test(subject))
    .map((subject) => ({
      subject,
      message: "also reads what isn't the page's",
      fix: "begin it with a name",
    }));
  if (jwtLength <= MAX_JWT_LENGTH) return problems;
  const message = `makes a token of ${jwtLength} characters, and NATS takes at most ${MAX_JWT_LENGTH}`;
  return [...problems, { message, fix: "name fewer or shorter subjects, or use a scoped signing key" }];
}
