/** Longer subjects are surely a mistake, a server may refuse them with its connection, and no panel takes them. */
const MAX_LENGTH = 200;

/** Why a text isn't a subject that can be listened to. */
export type SubjectProblem =
  | "white-space"
  | "empty-token"
  | "tail-not-last"
  | "wildcard-in-token"
  | "too-long";

/** Checks what a reader typed; null where it is a subject, wildcards `*` and `>` included (NATS subject rules). */
export function subjectProblem(text: string): SubjectProblem | null {
  if (/[\s\p{Cc}]/u.test(text)) return "white-space";
  if (text.length > MAX_LENGTH) return "too-long";
  const tokens = text.split(".");
  if (tokens.includes("")) return "empty-token";
  if (tokens.slice(0, -1).includes(">")) return "tail-not-last";
  // A server takes it for the name of a subject, and nothing is ever published there.
  return tokens.some((token) => token.length > 1 && /[*>]/.test(token)) ? "wildcard-in-token" : null;
}
