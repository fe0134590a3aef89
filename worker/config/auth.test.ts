import { createAccount, createUser } from "@nats-io/nkeys";
import { describe, expect, test } from "vitest";
import type { Environment } from "../settings.ts";
import { configOf, lines as linesOf } from "./testing.ts";

const seed = new TextDecoder().decode(createAccount().getSeed());
const account = createAccount().getPublicKey();
const jwt = { AUTH_MODE: "jwt", NATS_SIGNING_KEY: seed, NATS_ACCOUNT: account };

const longFeed = (index: number) => ({
  id: `f${index}`,
  title: "F",
  subject: `${"long".repeat(30)}.${index}`,
  columns: [{ field: "a", title: "A" }],
});

const lines = (settings: Environment) => linesOf({ NATS_URL: "ws://a", ...settings });

describe("the settings of credentials", () => {
  test.each([
    [{ AUTH_MODE: "jwt2" }, /^AUTH_MODE has an unknown value: use none, jwt, userpass or token$/],
    [
      { ...jwt, NATS_SIGNING_KEY: "" },
      /^NATS_SIGNING_KEY is not set: set it, on Cloudflare with `wrangler secret put/,
    ],
    [{ ...jwt, NATS_SIGNING_KEY: account }, /^NATS_SIGNING_KEY is not an account signing key/],
    [
      { ...jwt, NATS_SIGNING_KEY: `${seed.slice(0, -1)}7` },
      /^NATS_SIGNING_KEY is not an account signing key/,
    ],
    [{ ...jwt, NATS_SIGNING_KEY: `${seed}AAAAAAAA` }, /^NATS_SIGNING_KEY is not an account signing key/],
    [{ ...jwt, NATS_ACCOUNT: `${account}AAAAAAAA` }, /^NATS_ACCOUNT is not an account's public key/],
    [{ ...jwt, NATS_ACCOUNT: createUser().getPublicKey() }, /^NATS_ACCOUNT is not an account's public key/],
    [{ ...jwt, NATS_ACCOUNT: seed }, /^NATS_ACCOUNT is not an account's public key/],
    [
      { ...jwt, TOKEN_LIFETIME_S: "59" },
      /^TOKEN_LIFETIME_S is not a valid lifetime: use whole seconds from 60 to 86400$/,
    ],
    [{ ...jwt, TOKEN_LIFETIME_S: "86401" }, /^TOKEN_LIFETIME_S/],
    [{ ...jwt, TOKEN_LIFETIME_S: "1e3" }, /^TOKEN_LIFETIME_S/],
    [{ ...jwt, TOKEN_LIFETIME_S: "0x100" }, /^TOKEN_LIFETIME_S/],
    [{ ...jwt, TOKEN_LIFETIME_S: "600.0" }, /^TOKEN_LIFETIME_S/],
    [{ ...jwt, NATS_KEY_SCOPED: "yes" }, /^NATS_KEY_SCOPED has an unknown value: use false or true/],
    [{ ...jwt, AUTH_GATE: "passphrase" }, /^PASSPHRASE is not set/],
    [
      { ...jwt, FEEDS: JSON.stringify(Array.from({ length: 30 }, (_, i) => longFeed(i))) },
      /^FEEDS makes tokens \d+ characters long, and NATS accepts at most 3500: use fewer or shorter/,
    ],
    [{ ...jwt, AUTH_GATE: "access", ACCESS_AUDIENCE: "x" }, /^ACCESS_TEAM_DOMAIN is not set/],
    [
      {
        ...jwt,
        AUTH_GATE: "access",
        ACCESS_AUDIENCE: "x",
        ACCESS_TEAM_DOMAIN: "evil.example/.cloudflareaccess.com",
      },
      /^ACCESS_TEAM_DOMAIN is not a team domain of Cloudflare Access/,
    ],
    [{ AUTH_MODE: "token", NATS_TOKEN: "t" }, /^AUTH_GATE is public, but these credentials never expire/],
    [
      { ...jwt, FEEDS: '[{"id":"a","title":"A","subject":">","columns":[{"field":"a","title":"A"}]}]' },
      /^FEEDS\[0\]\.subject could let viewers read inboxes or system subjects: start it with a name$/,
    ],
    [{ ...jwt, EXPLORE: "orders.>,>" }, /^EXPLORE\[1\] could let viewers read inboxes or system subjects/],
    [{ ...jwt, EXPLORE: "$SYS.>" }, /^EXPLORE.* could let viewers read inboxes or system subjects/],
    [{ ...jwt, AUTH_GATE: "hush-hush" }, /^AUTH_GATE has an unknown value: use public, passphrase or access/],
  ])("%# is refused without repeating a secret", (settings, line) => {
    const found = lines(settings);
    expect(found).toEqual([expect.stringMatching(line)]);
    // An invalid secret is still a secret.
    for (const secret of [seed, "hush-hush"]) expect(found.join()).not.toContain(secret);
  });

  test.each(["hush-hush", "corrécto cavalo", '"it\'s a long passphrase"', " correct horse battery"])(
    "the passphrase %j, too short or not sendable in a header, is refused",
    (PASSPHRASE) => {
      expect(lines({ ...jwt, AUTH_GATE: "passphrase", PASSPHRASE })).toEqual([
        "PASSPHRASE is too short or can't be sent in an HTTP header: use at least 12 ASCII characters, without quotes around them and without a space at either end",
      ]);
    },
  );

  test.each([">", "*", "*.orders", "$SYS.>", "$KV.>", "$KV.*.a", "$KV2.a.>", "_INBOX.>", "_INBOX.UBBB.>"])(
    "the subject %s, which matches inboxes or system subjects, is refused with its place",
    (subject) => {
      const words = "could let viewers read inboxes or system subjects: start it with a name";
      const republishing = { subject: "shop.>", stream: { name: "SHOP", republished: subject } };
      // The invalid entry before them must not shift their places.
      const FEEDS = [{ subject: "a b" }, { subject }, republishing, "orders.>"];
      expect(lines({ ...jwt, FEEDS, EXPLORE: `a b, ${subject}` })).toEqual([
        expect.stringMatching(/^EXPLORE\[0\] /),
        expect.stringMatching(/^FEEDS\[0\]\.subject is invalid/),
        `FEEDS[1].subject ${words}`,
        `FEEDS[2].stream.republished ${words}`,
        `EXPLORE[1] ${words}`,
      ]);
    },
  );

  test("a bucket's keys are accepted", () => {
    expect(lines({ ...jwt, FEEDS: [{ kv: "devices" }], EXPLORE: "$KV.devices.>" })).toEqual([]);
  });

  test("tokens are refused once they don't fit into CONNECT", () => {
    const EXPLORE = (letters: number) => Array.from({ length: 13 }, (_, i) => i + "a".repeat(letters));
    const refused = Array.from({ length: 200 }, (_, letters) => lines({ ...jwt, EXPLORE: EXPLORE(letters) }))
      .flat()
      .map((line) => Number(/^FEEDS makes tokens (\d+) characters/.exec(line)?.[1]));
    expect(refused.length).toBeLessThan(200);
    expect(refused[0]).toBeGreaterThan(3500);
    // 13 more letters are at most 18 more characters of base64.
    expect(refused[0]).toBeLessThanOrEqual(3518);
  });

  // An operator who set one of these believes that it protects or changes something.
  test.each([
    [{ ...jwt, PASSPHRASE: "correct horse battery" }, ["PASSPHRASE"], "AUTH_GATE=passphrase"],
    [{ ...jwt, AUTH_GATE: "public", ACCESS_AUDIENCE: "x" }, ["ACCESS_AUDIENCE"], "AUTH_GATE=access"],
    [{ AUTH_GATE: "passphrase" }, ["AUTH_GATE"], "AUTH_MODE="],
    [{ AUTH_GATE: "passphrase", PASSPHRASE: "hush-hush" }, ["AUTH_GATE", "PASSPHRASE"], "AUTH_MODE="],
    [{ TOKEN_LIFETIME_S: "abc" }, ["TOKEN_LIFETIME_S"], "AUTH_MODE=jwt"],
    [
      { NATS_SIGNING_KEY: seed, NATS_ACCOUNT: account },
      ["NATS_SIGNING_KEY", "NATS_ACCOUNT"],
      "AUTH_MODE=jwt",
    ],
    [{ NATS_KEY_SCOPED: "false" }, ["NATS_KEY_SCOPED"], "AUTH_MODE=jwt"],
    [{ ...jwt, NATS_TOKEN: "t" }, ["NATS_TOKEN"], "AUTH_MODE=token"],
    [
      { ...jwt, NATS_USER: "u", NATS_PASSWORD: "hush-hush" },
      ["NATS_USER", "NATS_PASSWORD"],
      "AUTH_MODE=userpass",
    ],
  ])("%#: a setting without effect is refused", (settings, variables, needs) => {
    const found = lines(settings);
    expect(found.map((line) => line.split(" ")[0])).toEqual(variables);
    for (const line of found) expect(line).toContain(` has no effect: set ${needs}`);
    expect(found.join()).not.toMatch(/hush-hush|correct horse|SA[A-Z2-7]{56}/);
  });

  test("one mistake causes one message per setting", () => {
    const variables = (settings: Environment) => lines(settings).map((line) => line.split(" ")[0]);
    expect(variables({ AUTH_MODE: "jwt", AUTH_GATE: "access" })).toEqual([
      ...["NATS_SIGNING_KEY", "NATS_ACCOUNT", "ACCESS_TEAM_DOMAIN", "ACCESS_AUDIENCE"],
    ]);
    // An unknown mode or gate can't say which settings it needs.
    expect(variables({ AUTH_MODE: "JWT", NATS_ACCOUNT: account })).toEqual(["AUTH_MODE"]);
    expect(variables({ ...jwt, AUTH_GATE: "password", PASSPHRASE: "hush-hush" })).toEqual(["AUTH_GATE"]);
  });

  test("an empty setting counts as not set", () => {
    expect(lines({ AUTH_GATE: "", PASSPHRASE: "  ", TOKEN_LIFETIME_S: "" })).toEqual([]);
  });

  test("numbers and booleans, as from a file, are accepted", () => {
    expect(lines({ ...jwt, NATS_KEY_SCOPED: true, TOKEN_LIFETIME_S: 600 })).toEqual([]);
    expect(lines({ ...jwt, NATS_KEY_SCOPED: {}, TOKEN_LIFETIME_S: [600] })).toHaveLength(2);
  });

  test("a secret is taken unchanged, except for a file's byte order mark and line break", () => {
    const closed = { NATS_URL: "ws://a", AUTH_GATE: "passphrase", PASSPHRASE: "correct horse battery\n" };
    const userpass = { ...closed, AUTH_MODE: "userpass", NATS_USER: "u", NATS_PASSWORD: " p  \r\n" };
    expect(configOf(userpass).auth).toMatchObject({
      password: " p  ",
      gate: { passphrase: "correct horse battery" },
    });
    // A line of a Windows file, as `docker run --env-file` reads it.
    const fromWindows = { ...userpass, NATS_PASSWORD: '\uFEFF"p"\r', PASSPHRASE: "correct horse battery\r" };
    expect(configOf(fromWindows).auth).toMatchObject({
      password: '"p"',
      gate: { passphrase: "correct horse battery" },
    });
    const token = { ...closed, AUTH_MODE: "token", NATS_TOKEN: "\tt " };
    expect(configOf(token).auth).toMatchObject({ token: "\tt " });
    expect(lines({ ...jwt, NATS_SIGNING_KEY: ` ${seed}\n` })).toEqual([]);
  });

  test("valid settings are accepted", () => {
    expect(lines(jwt)).toEqual([]);
    // With a scoped key, the account holds the permissions, so their length doesn't matter.
    const FEEDS = JSON.stringify(Array.from({ length: 30 }, (_, i) => longFeed(i)));
    expect(lines({ ...jwt, NATS_KEY_SCOPED: "true", FEEDS })).toEqual([]);
    expect(lines({ ...jwt, NATS_KEY_SCOPED: "true", TOKEN_LIFETIME_S: "3600" })).toEqual([]);
  });
});
