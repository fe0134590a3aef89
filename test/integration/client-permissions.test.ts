import { afterEach, beforeEach, expect, test } from "vitest";
import { observedClient } from "../support/clients/client.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until } from "../support/tools/until.ts";

const USERS = `
  authorization {
    users = [
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

test("a request succeeds on a subject that may only be published to, and fails on one that may not be", async () => {
  const clientOf = (user: string) =>
    observedClient(broker.webSocketUrl, {
      credentials: async () => ({ type: "userpass", user, pass: "a secret" }),
    }).client;
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
