import { type Credentials, type CredentialsSource, FaultError } from "../../client/index.ts";
import type { PageAuth } from "../../contract/page-config.ts";
import type { Token } from "../../contract/token.ts";
import { bodyOf, problemIn, tokenIn } from "../edge/answers.ts";
import type { Passphrase } from "./passphrase.ts";
import { refusalOf, refused } from "./refusal.ts";
import { makeUserKey, type UserKey, unprovenKey } from "./user-key.ts";

/** A user key. It can sign only in JWT mode, the one in which the server checks a signature. */
type Key = Pick<UserKey, "nkey"> & Partial<Pick<UserKey, "sign">>;

/** The characters that an HTTP header can carry. The worker allows no others in a passphrase. */
const SENDABLE = /^[\x20-\x7e]+$/;

/**
 * Fetches credentials from the worker for each dial.
 * The token's lifetime is counted from the answer, so that a wrong clock on this device does no harm.
 * Rejects with a FaultError when it knows why there are none, else with the original error.
 */
export function tokenSource(auth: PageAuth, passphrase: Passphrase): CredentialsSource {
  return async (signal) => {
    try {
      const headers = proofOf(auth, passphrase);
      const key = auth.mode === "jwt" ? await makeUserKey() : unprovenKey();
      const credentials = await fetchCredentials(auth, key, headers, signal);
      return auth.tokenLifetimeMs === null
        ? credentials
        : { ...credentials, expiresAtMs: Date.now() + auth.tokenLifetimeMs };
    } catch (reason) {
      if (reason instanceof FaultError && reason.fault.explanation === "passphrase-wrong")
        passphrase.refused();
      throw reason;
    } finally {
      passphrase.settled();
    }
  };
}

/** The headers that the worker's gate requires. */
function proofOf({ gate }: PageAuth, passphrase: Passphrase): Record<string, string> {
  if (gate !== "passphrase") return {};
  const text = passphrase.wanted();
  if (text === null) throw refused("passphrase-needed", {});
  if (!SENDABLE.test(text)) throw refused("passphrase-wrong", {});
  return { Authorization: `Bearer ${text}` };
}

async function fetchCredentials(
  { gate }: PageAuth,
  key: Key,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Credentials> {
  const response = await fetch("/api/token", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify({ nkey: key.nkey }),
    cache: "no-store",
    // Cloudflare Access redirects readers who aren't signed in to its own page.
    redirect: "manual",
    signal,
  });
  if (response.type === "opaqueredirect") throw refused("access-ended", {});
  const body = await bodyOf(response);
  if (!response.ok) throw refusalOf(response, problemIn(body), gate);
  const token = tokenIn(body);
  if (token === null) throw new Error("the worker's answer contains no credentials");
  return credentialsOf(token, key);
}

function credentialsOf(token: Token, { nkey, sign }: Key): Credentials {
  if ("jwt" in token && sign !== undefined)
    return { type: "jwt", jwt: token.jwt, sign, inboxPrefix: `_INBOX.${nkey}` };
  if ("user" in token) return { type: "userpass", ...token };
  if ("token" in token) return { type: "token", ...token };
  throw new Error("the worker issued a JWT, but the configuration doesn't say that it does");
}
