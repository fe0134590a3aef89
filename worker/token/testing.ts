import { createAccount, createUser } from "@nats-io/nkeys";
import { expect } from "vitest";
import { configOf } from "../config/testing.ts";
import { differencesFromOpenApi } from "../openapi-check.ts";
import type { Environment } from "../settings.ts";
import { answerTokenRequest, type TokenSurroundings } from "../token.ts";
import type { AccessKeys } from "./access-keys.ts";
import { addressOf } from "./limits.ts";

export const ORIGIN = "https://mycelium.example";
export const SEED = new TextDecoder().decode(createAccount().getSeed());
export const JWT_MODE = {
  NATS_URL: "wss://nats.example",
  AUTH_MODE: "jwt",
  NATS_SIGNING_KEY: SEED,
  NATS_ACCOUNT: createAccount().getPublicKey(),
} as const;
export const PASSPHRASE = "correct horse battery";
export const NOW_MS = Date.UTC(2026, 10, 24, 12);

/** Rate limiters that allow what `isAllowed` says, given the limiter's name, the key and its count. */
export function limiting(isAllowed: (name: string, key: string, count: number) => boolean) {
  const counts = new Map<string, number>();
  const limiter = (name: string): RateLimit => ({
    limit: async ({ key }) => {
      const count = (counts.get(name + key) ?? 0) + 1;
      counts.set(name + key, count);
      return { success: isAllowed(name, key, count) };
    },
  });
  return {
    TOKEN_LIMITER: limiter("token"),
    GUESS_LIMITER: limiter("guess"),
    GUESS_SUM_LIMITER: limiter("sum"),
  };
}

const nobodyAtAccess: AccessKeys = () => () => Promise.reject(new Error("unreachable in tests"));
const surroundings = {
  limiters: limiting(() => true),
  accessKeys: nobodyAtAccess,
  nowMs: NOW_MS,
};

/** How a token request differs from the page's. */
interface TokenCall {
  readonly settings?: Environment;
  readonly headers?: Readonly<Record<string, string>>;
  /** A header of the page's request to leave out. */
  readonly without?: string;
  readonly body?: BodyInit;
  readonly around?: Partial<TokenSurroundings>;
}

export const GOOD_BODY = JSON.stringify({ nkey: createUser().getPublicKey() });

/** Requests a token as the page does, with the given differences; no answer may contain a secret. */
export async function ask(call: TokenCall = {}) {
  const { settings = JWT_MODE, headers = {}, without, body = GOOD_BODY, around = {} } = call;
  const request = new Request(`${ORIGIN}/api/token`, {
    method: "POST",
    headers: {
      Origin: ORIGIN,
      "Sec-Fetch-Site": "same-origin",
      "Content-Type": "application/json",
      ...headers,
    },
    body,
  });
  if (without !== undefined) request.headers.delete(without);
  const response = await answerTokenRequest(request, configOf(settings), {
    ...surroundings,
    address: addressOf(request, {}),
    ...around,
  });
  const text = await response.text();
  expect(text).not.toContain(SEED);
  expect(text).not.toMatch(/S[AU][A-Z2-7]{56}/);
  if (response.status !== 200) expect(text).not.toContain("eyJ");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  expect(differencesFromOpenApi("post", "/api/token", response, text)).toEqual([]);
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(text) as Record<string, unknown>,
  };
}
