import { createAccount, newScopedSigner } from "@nats-io/jwt";
import { jwtAuthenticator, type NatsConnection, wsconnect } from "@nats-io/nats-core";
import { createUser, type KeyPair } from "@nats-io/nkeys";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_FEEDS } from "../../worker/default-feeds.ts";
import { viewerPermissions } from "../../worker/token/claims.ts";
import { signUserJwt } from "../../worker/token/user-jwt.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { trustIn, UNLIMITED } from "../support/servers/operator.ts";
import { selectedRelease } from "../support/tools/nats-server.ts";

const ROLE = { pub: { allow: [], deny: [">"] }, sub: { allow: ["egos.>"], deny: [] }, ...UNLIMITED };

/** 2.9 disconnects all clients when it reloads its accounts; pages reconnect by themselves. */
const CUTS_AT_RELOAD = selectedRelease() === "2.9.10";

let broker: Broker;
const [account, oldKey, newKey] = [createAccount(), createAccount(), createAccount()];
const trusting = await trustIn(account);

/** The server's configuration, with `keys` as the account's signing keys. */
function listing(keys: readonly KeyPair[], isScoped: boolean): Promise<string> {
  const keyOf = (key: KeyPair) => (isScoped ? newScopedSigner(key, "viewer", ROLE) : key.getPublicKey());
  return trusting({ signing_keys: keys.map(keyOf) });
}

const open: NatsConnection[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((connection) => connection.close()));
});

/** Connects with a token that the worker would make with this key as its NATS_SIGNING_KEY. */
async function enter(key: KeyPair, isScoped: boolean): Promise<NatsConnection> {
  const user = createUser();
  const userKey = user.getPublicKey();
  const { jwt } = await signUserJwt(new TextDecoder().decode(key.getSeed()), {
    userKey,
    account: account.getPublicKey(),
    permissions: isScoped ? null : viewerPermissions(DEFAULT_FEEDS, userKey),
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
])("rotating a %s signing key", (_name, isScoped) => {
  beforeAll(async () => {
    broker = await startNatsServer({ config: await listing([oldKey], isScoped) });
  });
  afterAll(() => broker?.stop());

  test("accepts both keys during the rotation, and only the new one afterwards", async () => {
    await expect(enter(newKey, isScoped)).rejects.toThrow(/authorization violation/i);
    const early = await enter(oldKey, isScoped);

    await broker.reload(await listing([oldKey, newKey], isScoped));
    if (!CUTS_AT_RELOAD) await early.flush();
    // While the account lists both keys, the worker's secret can change at any time.
    await Promise.all([enter(oldKey, isScoped), enter(newKey, isScoped)]);
    const late = await enter(newKey, isScoped);

    await broker.reload(await listing([newKey], isScoped));
    if (!CUTS_AT_RELOAD) await late.flush();
    await expect(enter(oldKey, isScoped)).rejects.toThrow(/authorization violation/i);
    await enter(newKey, isScoped);
  });
});
