import { createUser, type KeyPair } from "@nats-io/nkeys";
import { connect, jwtAuthenticator, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Credentials } from "../../client/index.ts";
import type { Feed } from "../../contract/feed.ts";
import { viewerPermissions } from "../../worker/token/claims.ts";
import { signUserJwt } from "../../worker/token/user-jwt.ts";
import { observedClient } from "../support/clients/client.ts";
import { patient } from "../support/clients/publisher.ts";
import { record } from "../support/clients/recording.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { createStream } from "../support/servers/stream.ts";
import { makeOperatorMode, type OperatorMode } from "../support/servers/worker-operator.ts";
import { until } from "../support/tools/until.ts";

const feedOf = (id: string, subject: string, stream: Feed["stream"]): Feed => ({
  id,
  title: { en: id, "pt-BR": id },
  subject,
  view: "log",
  columns: [],
  fields: [],
  ...(stream === undefined ? {} : { stream }),
});
const IN_DOMAIN = { name: "FAR", directGet: "$JS.hub.API.DIRECT.GET.FAR" };
const FEEDS = [
  feedOf("direct", "direct.>", "DIRECT"),
  feedOf("plain", "plain.>", "PLAIN"),
  feedOf("far", "far.>", IN_DOMAIN),
];

describe("a viewer with the worker's token", () => {
  let operator: OperatorMode;
  let broker: Broker;
  let publisher: NatsConnection;

  beforeAll(async () => {
    operator = await makeOperatorMode([], { jetStream: true });
    broker = await startNatsServer({ jetStream: { domain: "hub" }, config: operator.config });
    const { jwt, seed } = operator.publisher;
    publisher = patient(
      await connect({ servers: broker.tcpUrl, authenticator: jwtAuthenticator(jwt, seed) }),
    );
    await createStream(publisher, "DIRECT", ["direct.>"], { allow_direct: true });
    await createStream(publisher, "PLAIN", ["plain.>"], { allow_direct: false });
    await createStream(publisher, "FAR", ["far.>"], { allow_direct: true });
    await createStream(publisher, "SECRET", ["secret.>"], { allow_direct: true });
  });
  afterAll(async () => {
    await publisher.close();
    await broker.stop();
  });

  async function credentials(user: KeyPair): Promise<Credentials> {
    const userKey = user.getPublicKey();
    const { jwt } = await signUserJwt(operator.signingSeed, {
      userKey,
      account: operator.account,
      permissions: viewerPermissions(FEEDS, userKey),
      issuedAtMs: Date.now(),
      lifetimeMs: 60_000,
    });
    const sign = async (nonce: Uint8Array) => user.sign(nonce);
    return { type: "jwt", jwt, sign, inboxPrefix: `_INBOX.${userKey}` };
  }

  test.each([
    ["direct.>", "DIRECT"],
    ["plain.>", "PLAIN"],
  ])("follows %s, although the 300 messages exceed its subscription limit", async (subject, stream) => {
    const user = createUser();
    const recording = record(broker.webSocketUrl, subject, stream, { credentials: () => credentials(user) });
    try {
      await recording.begin();
      await recording.cut();
      for (let i = 0; i < 300; i += 1) publisher.publish(subject.replace(">", "x"), String(i));
      await publisher.flush();
      recording.restore();
      expect((await recording.nextGap(0)).missing).toEqual({ exactly: 0 });
      await until("all of them", () => recording.messages.length === 300);
      expect(recording.payloads().map(Number)).toEqual(Array.from({ length: 300 }, (_, i) => i));
    } finally {
      recording.restore();
      await recording.observed.client.stop();
    }
    expect(broker.log()).not.toMatch(/violation|exceeded/i);
  });

  test("starts on an empty stream in a JetStream domain", async () => {
    const user = createUser();
    const recording = record(broker.webSocketUrl, "far.>", IN_DOMAIN, {
      credentials: () => credentials(user),
    });
    try {
      await recording.begin();
      await publisher.request("far.x", "first");
      await until("it", () => recording.messages.length === 1);
      expect(recording.payloads()).toEqual(["first"]);
    } finally {
      await recording.observed.client.stop();
    }
    expect(broker.log()).not.toMatch(/violation/i);
  });

  test("may send no other request to JetStream", async () => {
    const user = createUser();
    const { client } = observedClient(broker.webSocketUrl, { credentials: () => credentials(user) });
    await client.start();
    try {
      const forbidden = [
        "INFO",
        "STREAM.NAMES",
        "STREAM.INFO.SECRET",
        "STREAM.MSG.GET.SECRET",
        "DIRECT.GET.SECRET",
        "STREAM.CREATE.DIRECT",
        "STREAM.UPDATE.DIRECT",
        "STREAM.PURGE.DIRECT",
        "STREAM.DELETE.DIRECT",
        "STREAM.MSG.DELETE.DIRECT",
        "CONSUMER.CREATE.DIRECT",
        "CONSUMER.DURABLE.CREATE.DIRECT.x",
      ];
      for (const api of forbidden) {
        await expect(client.request(`$JS.API.${api}`, "{}"), api).rejects.toThrow(/permissions violation/i);
      }
    } finally {
      await client.stop();
    }
  });
});
