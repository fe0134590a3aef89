import { type NatsConnection, TimeoutError } from "@nats-io/nats-core";
import { expect, test } from "vitest";
import { SetupError } from "./error.ts";
import { accountOnServer } from "./server.ts";

test("a server that tells no account, as one whose resolver holds them in memory, is named with the way out", async () => {
  const request = () => Promise.reject(new Error("no responders"));
  const answer = accountOnServer({ request } as unknown as NatsConnection, "A");
  await expect(answer).rejects.toThrow(SetupError);
  await expect(answer).rejects.toThrow(
    "no server tells which accounts it has (no responders): give it a resolver of type full",
  );
});

test("a server that says nothing of an account doesn't know it", async () => {
  const request = () => Promise.reject(new TimeoutError());
  expect(await accountOnServer({ request } as unknown as NatsConnection, "A")).toBeNull();
});
