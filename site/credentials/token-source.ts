import { type Credentials, type CredentialsSource, FaultError } from "../../client/index.ts";
import type { AuthConfig } from "./auth-config.ts";
import type { Passphrase } from "./passphrase.ts";
import { refusalOf, refused } from "./refusal.ts";
import { makeUserKey, type UserKey } from "./user-key.ts";

/** What `POST /api/token` answers: `TokenAnswer` of worker/token.ts, seen loosely until it is checked. */
type Answer = { readonly [field: string]: unknown };

/** All that an HTTP header can carry; no passphrase of the worker's has anything else. */
const SENDABLE = /^[\x20-\x7e]+$/;

/**
 * Fetches credentials from the worker for each dial.
 * A token's end is counted from the answer on, so that a wrong clock here does no harm.
 * It throws a FaultError that says why there are none.
 */
export function tokenSource(
  auth: AuthConfig,
  passphrase: Passphrase,
  now: () => number = Date.now,
): CredentialsSource {
  return async (signal) => {
    try {
      const headers = proofOf(auth, passphrase);
      const key = await makeUserKey();
      const credentials = await fetchCredentials(auth, key, headers, signal);
      return auth.tokenLifetimeMs === null
        ? credentials
        : { ...credentials, expiresAtMs: now() + auth.tokenLifetimeMs };
    } catch (reason) {
      const isWrong = reason instanceof FaultError && reason.fault.explanation === "passphrase-wrong";
      if (isWrong) passphrase.refused();
      throw reason;
    } finally {
      passphrase.settled();
    }
  };
}

/** The headers that the gate wants to see. */
function proofOf({ gate }: AuthConfig, passphrase: Passphrase): Record<string, string> {
  if (gate !== "passphrase") return {};
  const text = passphrase.wanted();
  if (text === null) throw refused("passphrase-needed", {});
  if (!SENDABLE.test(text)) throw refused("passphrase-wrong", {});
  return { Authorization: `Bearer ${text}` };
}

async function fetchCredentials(
  { gate }: AuthConfig,
  key: UserKey,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Credentials> {
  const response = await fetch("/api/token", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify({ nkey: key.nkey }),
    cache: "no-store",
    // Cloudflare Access sends whoever isn't signed in to its own page.
    redirect: "manual",
    signal,
  });
  if (response.type === "opaqueredirect") throw refused("access-ended", {});
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusalOf(response, isAnswer(answer) ? answer : null, gate);
  const credentials = isAnswer(answer) ? credentialsOf(answer, key) : null;
  if (credentials === null) throw new Error("the worker's answer holds no credentials");
  return credentials;
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
