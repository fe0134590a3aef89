import type { Credentials, CredentialsSource } from "../../client/index.ts";
import { makeUserKey, type UserKey } from "./user-key.ts";

/** What `POST /api/token` answers: `TokenAnswer` of worker/token.ts, seen loosely until it is checked. */
type Answer = { readonly [field: string]: unknown };

/** What the worker says of its credentials in `GET /api/config`. */
export interface AuthConfig {
  readonly mode: string;
  /** How long a token lives, milliseconds; null for credentials that don't expire. */
  readonly tokenLifetimeMs: number | null;
}

/**
 * Fetches credentials from the worker for each dial; undefined where none are needed.
 * A token's end is counted from the answer on, so that a wrong clock here does no harm.
 */
export function tokenSource(auth: AuthConfig, now: () => number = Date.now): CredentialsSource | undefined {
  if (auth.mode === "none") return undefined;
  return async (signal) => {
    const key = await makeUserKey();
    const response = await fetch("/api/token", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ nkey: key.nkey }),
      cache: "no-store",
      signal,
    });
    const answer: unknown = await response.json().catch(() => null);
    if (!isAnswer(answer)) throw new Error(`the worker answered ${response.status} without credentials`);
    if (!response.ok) throw new Error(text(answer.detail) ?? `the worker answered ${response.status}`);
    const credentials = credentialsOf(answer, key);
    if (credentials === null) throw new Error("the worker's answer holds no credentials");
    return auth.tokenLifetimeMs === null
      ? credentials
      : { ...credentials, expiresAtMs: now() + auth.tokenLifetimeMs };
  };
}

/** The credentials in an answer; null if there are none. */
export function credentialsOf(answer: Answer, { nkey, sign }: UserKey): Credentials | null {
  const [jwt, user, pass, token] = [answer.jwt, answer.user, answer.pass, answer.token].map(text);
  if (jwt !== undefined) return { type: "jwt", jwt, sign, inboxPrefix: `_INBOX.${nkey}` };
  if (user !== undefined && pass !== undefined) return { type: "userpass", user, pass };
  return token === undefined ? null : { type: "token", token };
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
