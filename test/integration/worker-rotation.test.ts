import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createAccount, createOperator, encodeAccount, encodeOperator, newScopedSigner } from "@nats-io/jwt";
import { jwtAuthenticator, type NatsConnection, wsconnect } from "@nats-io/nats-core";
import { createUser, type KeyPair } from "@nats-io/nkeys";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { EGOS_FEEDS } from "../../worker/egos.ts";
import { viewerPermissions } from "../../worker/token/claims.ts";
import { importSigner, signUserJwt } from "../../worker/token/user-jwt.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";

const UNLIMITED = { subs: -1, payload: -1, data: -1 };
const ROLE = { pub: { allow: [], deny: [">"] }, sub: { allow: ["egos.>"], deny: [] }, ...UNLIMITED };

/** 2.9 cuts everybody when it reads its accounts again; pages come back by themselves. */
const CUTS_AT_RELOAD = selectedRelease() === "2.9.10";

let folder: string;
let broker: Broker;
const [operator, account, system] = [createOperator(), createAccount(), createAccount()];
const [oldKey, newKey] = [createAccount(), createAccount()];

/** Makes the account list `keys`; the server includes this file. */
async function push(keys: readonly KeyPair[], isScoped: boolean): Promise<void> {
  const accountJwt = await encodeAccount(
    "EGOS",
    account,
    {
      signing_keys: keys.map((key) => (isScoped ? newScopedSigner(key, "viewer", ROLE) : key.getPublicKey())),
      limits: { conn: -1, leaf: -1, imports: -1, exports: -1, wildcards: true, ...UNLIMITED },
    },
    { signer: operator },
  );
  const systemJwt = await encodeAccount("SYS", system, {}, { signer: operator });
  const preload = `resolver_preload: { ${account.getPublicKey()}: ${accountJwt}, ${system.getPublicKey()}: ${systemJwt} }`;
  await writeFile(join(folder, "accounts.conf"), preload);
}

const open: NatsConnection[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
});

/** Comes in with a token that the worker would make with this key as its NATS_SIGNING_KEY. */
async function enter(key: KeyPair, isScoped: boolean): Promise<NatsConnection> {
  const user = createUser();
  const userKey = user.getPublicKey();
  const { jwt } = await signUserJwt(await importSigner(new TextDecoder().decode(key.getSeed())), {
    userKey,
    account: account.getPublicKey(),
    permissions: isScoped ? null : viewerPermissions(EGOS_FEEDS, userKey),
    issuedAtMs: Date.now(),
    lifetimeMs: 600_000,
  });
  const connection = await wsconnect({
    servers: broker.webSocketUrl,
    authenticator: jwtAuthenticator(jwt, user.getSeed()),
    reconnect: false,
  });
  open.push(connection);
  return connection;
}

describe.each([
  ["plain", false],
  ["scoped", true],
])("a %s signing key is changed", (_name, isScoped) => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "mycelium-rotation-"));
    await push([oldKey], isScoped);
    const operatorJwt = await encodeOperator("O", operator, { system_account: system.getPublicKey() });
    broker = await startNatsServer({
      config: `
        operator: ${operatorJwt}
        system_account: ${system.getPublicKey()}
        resolver: MEMORY
        # Relative to the server's own folder, which stands beside ours.
        include "../${basename(folder)}/accounts.conf"
      `,
    });
  });
  afterAll(async () => {
    await broker?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("with both let in meanwhile, and the old one no more afterwards", async () => {
    await expect(enter(newKey, isScoped)).rejects.toThrow(/authorization violation/i);
    const early = await enter(oldKey, isScoped);

    await push([oldKey, newKey], isScoped);
    await broker.reload();
    if (!CUTS_AT_RELOAD) await early.flush();
    // While the account lists both, it doesn't matter when the worker's secret is changed.
    await Promise.all([enter(oldKey, isScoped), enter(newKey, isScoped)]);
    const late = await enter(newKey, isScoped);

    await push([newKey], isScoped);
    await broker.reload();
    if (!CUTS_AT_RELOAD) await late.flush();
    await expect(enter(oldKey, isScoped)).rejects.toThrow(/authorization violation/i);
    await enter(newKey, isScoped);
  });
});
