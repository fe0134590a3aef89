import { type NatsConnection, TimeoutError } from "@nats-io/nats-core";
import { expect, test } from "vitest";
import { startSimulator } from "../../simulator/index.ts";
import { SetupError } from "./error.ts";
import { accountOnServer, connectTo } from "./server.ts";

test("a server that tells no account, as one whose resolver holds them in memory, is named with the way out", async () => {
  const request = () => Promise.reject(new Error("no responders"));
  const answer = accountOnServer({ request } as unknown as NatsConnection, "A");
  await expect(answer).rejects.toThrow(SetupError);
  await expect(answer).rejects.toThrow(
    "no server reports its accounts (no responders): configure a resolver of type full",
  );
});

test("a server that says nothing of an account doesn't know it", async () => {
  const request = () => Promise.reject(new TimeoutError());
  expect(await accountOnServer({ request } as unknown as NatsConnection, "A")).toBeNull();
});

test("what a server that is there has against us is told, though another can't be reached", async () => {
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
