import { afterEach, beforeEach, expect, test } from "vitest";
import { observedClient } from "../support/clients/client.ts";
import type { Broker } from "../support/servers/broker.ts";
import { webSocketClients } from "../support/servers/monitor.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until, untilEqual } from "../support/tools/until.ts";

const USERS = `
  authorization {
    users = [
      {
        user: reader, password: "a secret"
        permissions: { subscribe: { allow: ["open.>", "_INBOX.>"] }, publish: { deny: ">" } }
      }
      {
        user: asker, password: "a secret"
        permissions: { subscribe: { allow: "_INBOX.>" }, publish: { allow: "ask" } }
      }
      { user: anybody, password: "a secret" }
    ]
  }
`;

let broker: Broker;

beforeEach(async () => {
  broker = await startNatsServer({ config: USERS });
});
afterEach(() => broker.stop());

const reader = { type: "userpass", user: "reader", pass: "a secret" } as const;

test("a forbidden subject is denied alone; the allowed ones stay", async () => {
  const { client } = observedClient(broker.webSocketUrl, { credentials: async () => reader });
  const open = client.subscribe("open.a", () => {});
  const closed = client.subscribe("closed.a", () => {});
  expect(await client.start()).toBe("live");
  await until("it is denied", () => closed.status === "denied");
  await until("it is active", () => open.status === "active");
  expect(closed.fault).toMatchObject({
    kind: "permission",
    evidence: { errText: expect.stringContaining("closed.a") },
  });
  expect(client.state.status).toBe("live");
  const subjects = webSocketClients(await broker.connz()).map((one) => one.subscriptions_list);
  expect(subjects).toEqual([["open.a"]]);
  await client.stop();
});

test("a forbidden publish leaves the link alone, and is told", async () => {
  const { client } = observedClient(broker.webSocketUrl, { credentials: async () => reader });
  const open = client.subscribe("open.a", () => {});
  await client.start();
  client.publish("open.a", "not allowed");
  const publishFailures = () => client.timeline.entries.filter(({ type }) => type === "publish-failed");
  await until("it is told", () => publishFailures().length > 0);
  expect(publishFailures()).toMatchObject([
    { subject: "open.a", message: expect.stringMatching(/^Permissions Violation for Publish to "open.a"/) },
  ]);
  await until("it is active", () => open.status === "active");
  expect(client.state.status).toBe("live");
  expect(open.counts.received).toBe(0);
  await client.stop();
});

test("a question is answered though nobody may listen where it is asked, and fails where it may not be asked", async () => {
  const clientOf = (user: string) =>
    observedClient(broker.webSocketUrl, { credentials: async () => ({ ...reader, user }) }).client;
  const [asker, anybody] = [clientOf("asker"), clientOf("anybody")];
  let answer = (): unknown => null;
  const listening = anybody.subscribe("ask", (message) => {
    answer = () => message.respond(new TextEncoder().encode("here"));
  });
  await Promise.all([asker.start(), anybody.start()]);
  await until("it listens", () => listening.status === "active");
  const asked = asker.request("ask", "", { timeoutMs: 20_000 });
  await until("it was asked", () => listening.counts.received > 0);
  const refused = asker.subscribe("ask", () => {});
  await until("it is denied", () => refused.status === "denied");
  answer();
  expect(new TextDecoder().decode((await asked).data)).toBe("here");
  await expect(asker.request("other")).rejects.toMatchObject({ failure: "denied" });
  await Promise.all([asker.stop(), anybody.stop()]);
});

test("no credentials and wrong ones are told apart, and neither is tried again", async () => {
  const without = observedClient(broker.webSocketUrl);
  expect(await without.client.start()).toBe("failed");
  expect(without.client.state).toMatchObject({ status: "failed", fault: { kind: "auth-required" } });

  const wrong = observedClient(broker.webSocketUrl, {
    credentials: async () => ({ ...reader, pass: "wrong" }),
  });
  expect(await wrong.client.start()).toBe("failed");
  expect(wrong.client.state).toMatchObject({ status: "failed", fault: { kind: "auth-rejected" } });
  await untilEqual(() => wrong.openSockets() + without.openSockets(), 0);
});

test("a token source that fails is a fault of its own, and is asked again", async () => {
  let asked = 0;
  const { client, reaches } = observedClient(broker.webSocketUrl, {
    reconnect: { baseDelayMs: 50 },
    credentials: async () => {
      asked += 1;
      if (asked === 1) throw new Error("the token endpoint is down");
      return reader;
    },
  });
  expect(await client.start()).toBe("retrying");
  expect(client.state).toMatchObject({ fault: { kind: "token-source" } });
  await reaches("live");
  expect(asked).toBe(2);
  await client.stop();
});
