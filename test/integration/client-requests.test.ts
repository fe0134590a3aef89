/** Requests: each has its own timeout, and fails with a typed error that gives the reason. */
import type { NatsConnection } from "@nats-io/transport-node";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { FaultError, RequestError } from "../../client/index.ts";
import { type ObservedClient, observedClient } from "../support/clients/client.ts";
import { connectPublisher } from "../support/clients/publisher.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until } from "../support/tools/until.ts";

let broker: Broker;
let responder: NatsConnection;
let observed: ObservedClient;

beforeEach(async () => {
  broker = await startNatsServer();
  responder = await connectPublisher(broker.tcpUrl);
  observed = observedClient(broker.webSocketUrl, { drainTimeoutMs: 500 });
});
afterEach(async () => {
  await observed.client.stop();
  await responder.close();
  await broker.stop();
});

const silent = async (): Promise<void> => {
  responder.subscribe("silent", { callback: () => {} });
  await responder.flush();
};

test("fails at once with the reason when the link is lost or the user stops", async () => {
  await silent();
  const { client } = observed;
  await client.start();
  const stopped = client.request("silent", "", { timeoutMs: 60_000 });
  const isStopped = expect(stopped).rejects.toMatchObject({ name: "RequestError", failure: "stopped" });
  await client.stop();
  await isStopped;
  await client.start();
  const lost = client.request("silent", "", { timeoutMs: 60_000 });
  const isLost = expect(lost).rejects.toMatchObject({ name: "RequestError", failure: "lost" });
  await broker.kill();
  await isLost;
  await observed.reaches("reconnecting");
});

test("fails on a timeout, without responders, and on an abort signal", async () => {
  await silent();
  const { client } = observed;
  await client.start();
  await expect(client.request("silent", "", { timeoutMs: 50 })).rejects.toThrow(RequestError);
  await expect(client.request("silent", "", { timeoutMs: 50 })).rejects.toMatchObject({ failure: "timeout" });
  await expect(client.request("nobody")).rejects.toMatchObject({ failure: "no-responders" });
  const aborts = new AbortController();
  const aborted = client.request("silent", "", { signal: aborts.signal, timeoutMs: 60_000 });
  const isAborted = expect(aborted).rejects.toThrow("enough");
  aborts.abort(new Error("enough"));
  await isAborted;
});

test.each([1, 1_000_000])(
  "a request that exceeds max_payload by %i bytes fails like a publication",
  async (more) => {
    const { client } = observed;
    await client.start();
    const payload = new Uint8Array(1024 * 1024 + more);
    const rejected = { name: "FaultError", fault: { kind: "payload-too-large" } };
    await expect(client.request("big", payload)).rejects.toMatchObject(rejected);
    expect(() => client.publish("big", payload)).toThrow(FaultError);
    expect(client.state.status).toBe("live");
  },
);

test("says that a server has headers off, and sends what has none", async () => {
  const headerless = await startNatsServer({ config: "no_header_support: true" });
  onTestFinished(() => headerless.stop());
  const { client } = observedClient(headerless.webSocketUrl);
  onTestFinished(() => void client.stop());
  await client.start();
  const headers = { trace: "1" };
  const reason = "the server has headers off (no_header_support): publish without headers";
  expect(() => client.publish("silent", "", { headers })).toThrow(new TypeError(reason));
  await expect(client.request("silent", "", { headers })).rejects.toThrow(new TypeError(reason));
  const received: string[] = [];
  client.subscribe("echo", ({ data }) => received.push(new TextDecoder().decode(data)));
  client.publish("echo", "plain");
  await until("the message without headers", () => received.includes("plain"));
});
