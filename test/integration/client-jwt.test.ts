import { createUser, type KeyPair } from "@nats-io/nkeys";
import { connect, jwtAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Credentials } from "../../client/index.ts";
import { DEFAULT_FEEDS } from "../../worker/default-feeds.ts";
import { viewerPermissions } from "../../worker/token/claims.ts";
import { signUserJwt } from "../../worker/token/user-jwt.ts";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { makeOperatorMode, type OperatorMode } from "../support/servers/worker-operator.ts";
import { until } from "../support/tools/until.ts";

const SUBJECT = "egos.llm.logs";

/** Lifetime of a token that the server must still accept: as long as a dial may take, and whole seconds are lost. */
const EXPIRES_SOON_MS = 5000;

describe("a client with a JWT", () => {
  let operator: OperatorMode;
  let broker: Broker;
  let publisher: NatsConnection;
  let observed: ObservedClient | undefined;

  beforeAll(async () => {
    operator = await makeOperatorMode(DEFAULT_FEEDS.map(({ subject }) => subject));
    broker = await startNatsServer({ config: operator.config });
    const { jwt, seed } = operator.publisher;
    publisher = await connect({ servers: broker.tcpUrl, authenticator: jwtAuthenticator(jwt, seed) });
  });
  afterEach(async () => {
    await observed?.client.stop();
  });
  afterAll(async () => {
    await publisher.close();
    await broker.stop();
  });

  /** Credentials like those of the worker; the official library signs the nonce. */
  async function issue(user: KeyPair, lifetimeMs: number, signWith: KeyPair = user): Promise<Credentials> {
    const userKey = user.getPublicKey();
    const { jwt, expiresAtMs } = await signUserJwt(operator.signingSeed, {
      userKey,
      account: operator.account,
      permissions: viewerPermissions(DEFAULT_FEEDS, userKey),
      issuedAtMs: Date.now(),
      lifetimeMs,
    });
    return {
      type: "jwt",
      jwt,
      sign: async (nonce) => signWith.sign(nonce),
      inboxPrefix: `_INBOX.${userKey}`,
      expiresAtMs,
    };
  }

  test("signs the server's nonce, is accepted and receives messages", async () => {
    observed = observedClient(broker.webSocketUrl, { credentials: () => issue(createUser(), 60_000) });
    let received = 0;
    observed.client.subscribe(SUBJECT, () => {
      received += 1;
    });
    expect(await observed.client.start()).toBe("live");
    await until("the subscription", () => observed?.client.subscriptions[0]?.status === "active");
    publisher.publish(SUBJECT, "{}");
    await until("the message", () => received === 1);
  });

  test("a JWT without its seed is refused, and no socket stays open", async () => {
    observed = observedClient(broker.webSocketUrl, {
      credentials: () => issue(createUser(), 60_000, createUser()),
    });
    expect(await observed.client.start()).toBe("failed");
    expect(observed.client.state).toMatchObject({ status: "failed", fault: { kind: "auth-rejected" } });
    await until("no socket", () => observed?.openSockets() === 0);
  });

  test("reports a key that can't sign as a fault of the token source", async () => {
    observed = observedClient(broker.webSocketUrl, {
      credentials: async () => {
        const credentials = await issue(createUser(), 60_000);
        return { ...credentials, sign: () => Promise.reject(new Error("no key")) } as Credentials;
      },
    });
    expect(await observed.client.start()).toBe("retrying");
    expect(observed.client.state).toMatchObject({
      fault: { kind: "token-source", evidence: { detail: "no key" } },
    });
  });

  test("renews the JWT before it expires, stays live and misses nothing", async () => {
    // Renewed five seconds before expiry, which is enough for a busy machine.
    observed = observedClient(broker.webSocketUrl, { credentials: () => issue(createUser(), 8000) });
    const { client, statuses } = observed;
    client.subscribe(SUBJECT, () => {});
    await client.start();
    const renewed = () => client.timeline.entries.filter((entry) => entry.type === "handover").length;
    await until("two renewals", () => renewed() === 2);
    expect(statuses).toEqual(["idle", "connecting", "live"]);
    expect(client.timeline.entries.filter((entry) => entry.type === "gap")).toEqual([]);
  });

  test("without renewal, names the server's expiry error, and comes back with a fresh JWT", async () => {
    let issued = 0;
    observed = observedClient(broker.webSocketUrl, {
      reconnect: { baseDelayMs: 10 },
      credentials: async () => {
        issued += 1;
        // The client isn't told when the first JWT expires.
        const { expiresAtMs: _, ...rest } = (await issue(
          createUser(),
          issued === 1 ? EXPIRES_SOON_MS : 60_000,
        )) as Extract<Credentials, { type: "jwt" }>;
        return rest;
      },
    });
    await observed.client.start();
    await observed.reaches("reconnecting");
    await observed.reaches("live");
    const lost = observed.client.timeline.entries.find((entry) => entry.type === "link-lost");
    expect(lost).toMatchObject({
      fault: { kind: "auth-expired", evidence: { errText: "User Authentication Expired" } },
    });
    expect(issued).toBe(2);
  });
});
