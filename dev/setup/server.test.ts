import { type NatsConnection, TimeoutError } from "@nats-io/nats-core";
import { expect, test } from "vitest";
import { startSimulator } from "../../simulator/index.ts";
import { SetupError } from "./error.ts";
import { accountOnServer, connectTo } from "./server.ts";

test("reports a server without a full resolver, which can't report its accounts", async () => {
  const request = () => Promise.reject(new Error("no responders"));
  const answer = accountOnServer({ request } as unknown as NatsConnection, "A");
  await expect(answer).rejects.toThrow(SetupError);
  await expect(answer).rejects.toThrow(
    "no server reports its accounts (no responders): configure a resolver of type full",
  );
});

test("a server that doesn't answer about an account doesn't know the account", async () => {
  const request = () => Promise.reject(new TimeoutError());
  expect(await accountOnServer({ request } as unknown as NatsConnection, "A")).toBeNull();
});

test("reports why a reachable server refuses the connection, rather than that another is unreachable", async () => {
  const simulator = await startSimulator({ auth: { type: "token", token: "s3cr3t" } });
  try {
    const servers = ["ws://127.0.0.1:1", simulator.webSocketUrl];
    await expect(connectTo(servers, {}, " with x.creds")).rejects.toThrow(
      new SetupError(`can't connect to ${simulator.webSocketUrl} with x.creds: Authorization Violation`),
    );
  } finally {
    await simulator.stop();
  }
});
