import { appendFile, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAccount, encodeUser } from "@nats-io/jwt";
import { createUser, type KeyPair } from "@nats-io/nkeys";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setUp } from "../../test/support/servers/deployment.ts";
import { freePort } from "../../test/support/tools/ports.ts";
import { KEY_FILES, readKeys, seedOf } from "./keys.ts";

let folder: string;
let natsUrl: string;
let page: Server;
/** The key with which the page's worker signs. */
let signing: KeyPair;
/** The passphrase that the worker requires. */
let passphrase: string | null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mycelium-rotate-"));
  // A closed port: a command that gets as far as connecting reports it.
  natsUrl = `ws://127.0.0.1:${await freePort()}`;
  const { ok, output } = await setUp(["--nats-url", natsUrl, "--folder", folder]);
  expect(ok, output).toBe(true);
  passphrase = null;
  page = createServer((request, response) => {
    if (passphrase !== null && request.headers.authorization !== `Bearer ${passphrase}`) {
      response.writeHead(401).end(JSON.stringify({ detail: "passphrase, please" }));
      return;
    }
    void encodeUser("viewer", createUser(), signing).then((jwt) => response.end(JSON.stringify({ jwt })));
  });
  await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  page.closeAllConnections();
  await new Promise((resolve) => page.close(resolve));
  await rm(folder, { recursive: true });
});

const rotate = (...args: readonly string[]) => rotateWith({}, ...args);
const rotateWith = (settings: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  setUp(["rotate", ...args, "--folder", folder], undefined, settings);
const origin = () => `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
const at = (name: keyof typeof KEY_FILES) => join(folder, KEY_FILES[name]);

test("an interrupted rotation that had not made a new key doesn't count, and --finish removes no key", async () => {
  await copyFile(at("signing"), at("oldSigning"));
  expect((await readKeys(folder)).oldSigning).toBeNull();
  const { ok, output } = await rotate("--finish", "--now");
  expect(ok).toBe(false);
  expect(output).toBe(`no rotation is under way: start one with npm run setup -- rotate --folder ${folder}`);
});

test.each([
  [
    "settings that are refused",
    () => appendFile(join(folder, ".dev.vars"), "TOKEN_LIFETIME_S=1\n"),
    "TOKEN_LIFETIME_S is not a valid lifetime: ",
  ],
  ["a NATS that isn't there", async () => {}, "can't be reached"],
])("%s keep a rotation from beginning", async (_what, spoil, named) => {
  const before = (await readKeys(folder)).signing.getPublicKey();
  await spoil();
  const { ok, output } = await rotate();
  expect(ok).toBe(false);
  expect(output).toContain(named);
  const { signing: now, oldSigning } = await readKeys(folder);
  expect([now.getPublicKey(), oldSigning]).toEqual([before, null]);
});

test("--finish keeps the old key while the worker signs with it, even with --now", async () => {
  signing = createAccount();
  await writeFile(at("oldSigning"), seedOf(signing));
  for (const now of [[], ["--now"]]) {
    const { ok, output } = await rotate("--finish", ...now, "--page", origin());
    expect(ok).toBe(false);
    expect(output).toMatch(
      /doesn't sign with the new key yet.*: run npx wrangler secret put NATS_SIGNING_KEY/,
    );
  }
  expect((await readKeys(folder)).oldSigning?.getPublicKey()).toBe(signing.getPublicKey());
});

test("--finish goes on when the worker signs with the new key", async () => {
  signing = (await readKeys(folder)).signing;
  await writeFile(at("oldSigning"), seedOf(createAccount()));
  const { output } = await rotate("--finish", "--now", "--page", origin());
  expect(output).toContain(`${natsUrl} can't be reached`);
});

test("--finish names a page that doesn't answer", async () => {
  await writeFile(at("oldSigning"), seedOf(createAccount()));
  const { ok, output } = await rotate("--finish", "--page", "http://127.0.0.1:1");
  expect(ok).toBe(false);
  expect(output).toMatch(/^http:\/\/127\.0\.0\.1:1 does not answer.*then repeat this without --page$/);
});

const ACCESS = {
  AUTH_GATE: "access",
  ACCESS_TEAM_DOMAIN: "acme.cloudflareaccess.com",
  ACCESS_AUDIENCE: "audience",
};

test.each([
  ["the environment", async () => rotateWith(ACCESS, "--finish", "--now", "--page", origin())],
  [
    ".dev.vars",
    async () => {
      const lines = Object.entries(ACCESS).map(([name, value]) => `${name}=${value}\n`);
      await appendFile(join(folder, ".dev.vars"), lines.join(""));
      return rotate("--finish", "--now", "--page", origin());
    },
  ],
])("a page behind Access, as %s says, can't be asked, and the old key stays", async (_name, finish) => {
  await writeFile(at("oldSigning"), seedOf(createAccount()));
  const { ok, output } = await finish();
  expect(ok).toBe(false);
  expect(output).toMatch(/issues tokens only to its own users: .*wrangler secret put .*without --page$/);
  expect((await readKeys(folder)).oldSigning).not.toBeNull();
});

test("--finish uses the environment's PASSPHRASE, and without it says how to go on", async () => {
  passphrase = "long enough, it is";
  signing = (await readKeys(folder)).signing;
  await writeFile(at("oldSigning"), seedOf(createAccount()));
  const args = ["--finish", "--now", "--page", origin()];
  expect((await rotate(...args)).output).toMatch(
    /^the worker issues no token: passphrase, please \(AUTH_GATE and PASSPHRASE .*then repeat this without --page$/,
  );
  const { output } = await rotateWith({ AUTH_GATE: "passphrase", PASSPHRASE: passphrase }, ...args);
  expect(output).toContain(`${natsUrl} can't be reached`);
});

test("resolves PASSPHRASE_FILE of .dev.vars from its folder, wherever the command runs", async () => {
  passphrase = "long enough, it is";
  signing = (await readKeys(folder)).signing;
  await writeFile(at("oldSigning"), seedOf(createAccount()));
  await writeFile(join(folder, "passphrase"), passphrase);
  await appendFile(join(folder, ".dev.vars"), "AUTH_GATE=passphrase\nPASSPHRASE_FILE=passphrase\n");
  const reached = expect.stringContaining(`${natsUrl} can't be reached`);
  expect(await rotate("--finish", "--now", "--page", origin())).toEqual({ ok: false, output: reached });
  expect(await setUp(["push", "--folder", folder])).toEqual({ ok: false, output: reached });
});

test("accepts a NATS_URL in JSON, as the worker does", async () => {
  await appendFile(join(folder, ".dev.vars"), `NATS_URL='["${natsUrl}"]'\n`);
  const { ok, output } = await setUp(["push", "--folder", folder]);
  expect(ok).toBe(false);
  expect(output).toMatch(new RegExp(`^${natsUrl} can't be reached`));
});

test("refuses --now without --finish, which would not remove a leaked key, and says what does", async () => {
  const { ok, output } = await rotate("--now");
  expect(ok).toBe(false);
  expect(output).toMatch(/^--now works only with --finish: .* rotate --finish --now$/);
});

test("names a key file that can't be read, and what to do", async () => {
  await rm(at("viewers"));
  await mkdir(at("viewers"));
  const { ok, output } = await rotate();
  expect(ok).toBe(false);
  expect(output).toBe(`${at("viewers")} can't be read (EISDIR): make it a file that this user may read`);
});
