import { createAccount, createUser } from "@nats-io/nkeys";
import { describe, expect, test } from "vitest";
import { problemLine, readConfig } from "../config.ts";
import type { Settings } from "../settings.ts";

const seed = new TextDecoder().decode(createAccount().getSeed());
const account = createAccount().getPublicKey();
const jwt = { AUTH_MODE: "jwt", NATS_SIGNING_KEY: seed, NATS_ACCOUNT: account };

const longFeed = (index: number) => ({
  id: `f${index}`,
  title: "F",
  subject: `${"long".repeat(30)}.${index}`,
  columns: [{ field: "a", title: "A" }],
});

const lines = (settings: Settings): readonly string[] => {
  const result = readConfig({ NATS_URL: "ws://a", ...settings });
  return result.ok ? [] : result.problems.map(problemLine);
};

describe("the credentials' environment", () => {
  test.each([
    [{ AUTH_MODE: "jwt2" }, /^AUTH_MODE is "jwt2": give none, jwt, userpass, token$/],
    [{ ...jwt, NATS_SIGNING_KEY: "" }, /^NATS_SIGNING_KEY is not set: set it with `wrangler secret put/],
    [{ ...jwt, NATS_SIGNING_KEY: account }, /^NATS_SIGNING_KEY is no account signing key/],
    [{ ...jwt, NATS_SIGNING_KEY: `${seed.slice(0, -1)}7` }, /^NATS_SIGNING_KEY is no account signing key/],
    [
      { ...jwt, NATS_ACCOUNT: createUser().getPublicKey() },
      /^NATS_ACCOUNT is "U.", no account's|^NATS_ACCOUNT is "U."…/,
    ],
    [{ ...jwt, NATS_ACCOUNT: seed }, /^NATS_ACCOUNT is "SA"…, no account's public key/],
    [
      { ...jwt, TOKEN_LIFETIME_S: "59" },
      /^TOKEN_LIFETIME_S is no lifetime: give whole seconds from 60 to 86400$/,
    ],
    [{ ...jwt, TOKEN_LIFETIME_S: "1e9" }, /^TOKEN_LIFETIME_S/],
    [{ ...jwt, NATS_KEY_SCOPED: "yes" }, /^NATS_KEY_SCOPED is "yes": give false, true$/],
    [{ ...jwt, AUTH_GATE: "passphrase" }, /^PASSPHRASE is not set/],
    [
      { ...jwt, AUTH_GATE: "passphrase", PASSPHRASE: "hush-hush" },
      /^PASSPHRASE is too short: give at least 12/,
    ],
    [
      { ...jwt, AUTH_GATE: "passphrase", PASSPHRASE: "corrécto cavalo" },
      /^PASSPHRASE has letters that no header carries/,
    ],
    [
      { ...jwt, FEEDS: JSON.stringify(Array.from({ length: 30 }, (_, i) => longFeed(i))) },
      /^FEEDS makes a token of \d+ characters, and NATS takes at most 3500: name fewer or shorter/,
    ],
    [{ ...jwt, AUTH_GATE: "access", ACCESS_AUDIENCE: "x" }, /^ACCESS_TEAM_DOMAIN is not set/],
    [
      {
        ...jwt,
        AUTH_GATE: "access",
        ACCESS_AUDIENCE: "x",
        ACCESS_TEAM_DOMAIN: "evil.example/.cloudflareaccess.com",
      },
      /^ACCESS_TEAM_DOMAIN is "evil/,
    ],
    [{ AUTH_MODE: "token", NATS_TOKEN: "t" }, /^AUTH_GATE is public, but the credentials don't expire/],
    [
      { ...jwt, FEEDS: '[{"id":"a","title":"A","subject":">","columns":[{"field":"a","title":"A"}]}]' },
      /^FEEDS\[0\]\.subject is ">", which also reads what isn't the page's/,
    ],
  ])("%#", (settings, line) => {
    const said = lines(settings);
    expect(said).toEqual([expect.stringMatching(line)]);
    // A secret that is wrong is still a secret.
    for (const secret of [seed, "hush-hush"]) expect(said.join()).not.toContain(secret);
  });

  test("a good one is taken", () => {
    expect(lines(jwt)).toEqual([]);
    // The account says what a scoped key's users may do, at any length.
    const FEEDS = JSON.stringify(Array.from({ length: 30 }, (_, i) => longFeed(i)));
    expect(lines({ ...jwt, NATS_KEY_SCOPED: "true", FEEDS })).toEqual([]);
    expect(lines({ ...jwt, NATS_KEY_SCOPED: "true", TOKEN_LIFETIME_S: "3600" })).toEqual([]);
  });
});
