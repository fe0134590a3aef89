import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
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
/** What the page's worker signs with. */
let signing: KeyPair;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mycelium-rotate-"));
  // Nobody listens there: what gets so far says so.
  natsUrl = `ws://127.0.0.1:${await freePort()}`;
  const { ok, output } = await setUp(["--nats-url", natsUrl, "--folder", folder]);
  expect(ok, output).toBe(true);
  page = createServer((_request, response) => {
    void encodeUser("viewer", createUser(), signing).then((jwt) => response.end(JSON.stringify({ jwt })));
  });
  await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  page.closeAllConnections();
  await new Promise((resolve) => page.close(resolve));
  await rm(folder, { recursive: true });
});

const rotate = (...args: readonly string[]) => setUp(["rotate", ...args, "--folder", folder]);
const origin = () => `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
const at = (name: keyof typeof KEY_FILES) => join(folder, KEY_FILES[name]);

test("a rotation that was cut short before it made a new key is none, and takes no key away", async () => {
  await copyFile(at("signing"), at("oldSigning"));
  expect((await readKeys(folder)).oldSigning).toBeNull();
  const { ok, output } = await rotate("--finish", "--now");
  expect(ok).toBe(false);
  expect(output).toMatch(/^no rotation is under way/);
});

test("the old key stays while the worker signs with it, --now or not", async () => {
  signing = createAccount();
  await writeFile(at("oldSigning"), seedOf(signing));
  for (const now of [[], ["--now"]]) {
    const { ok, output } = await rotate("--finish", ...now, "--page", origin());
    expect(ok).toBe(false);
    expect(output).toMatch(
      /signs with another key than the new one.*: npx wrangler secret put NATS_SIGNING_KEY/,
    );
  }
  expect((await readKeys(folder)).oldSigning?.getPublicKey()).toBe(signing.getPublicKey());
});

test("a worker that signs with the new key keeps nobody from going on", async () => {
  signing = (await readKeys(folder)).signing;
  await writeFile(at("oldSigning"), seedOf(createAccount()));
  const { output } = await rotate("--finish", "--now", "--page", origin());
  expect(output).toContain(`${natsUrl} doesn't let us in`);
});

test("a page that isn't there is named", async () => {
  await writeFile(at("oldSigning"), seedOf(createAccount()));
  const { ok, output } = await rotate("--finish", "--page", "http://127.0.0.1:1");
  expect(ok).toBe(false);
  expect(output).toMatch(/^http:\/\/127\.0\.0\.1:1 gives no answer/);
});
