import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "../support/servers/app.ts";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { until } from "../support/tools/until.ts";

let leaving: Broker;
let staying: Broker;
let guest: NatsConnection;
let app: App;
beforeAll(async () => {
  // Longer than the test: the lame duck must be observed while it still serves its clients.
  leaving = await startNatsServer({ config: 'lame_duck_duration: "60s", lame_duck_grace_period: "30s"' });
  staying = await startNatsServer();
  // Without a client the lame duck would end at once.
  guest = await connect({ servers: leaving.tcpUrl });
  app = await startApp({ NATS_URL: `${leaving.webSocketUrl},${staying.webSocketUrl}` });
});
afterAll(async () => {
  await app?.stop();
  await guest?.close();
  // Ending in order would take a minute.
  await leaving?.kill();
  await leaving?.stop();
  await staying?.stop();
});

test("reports a lame duck as a server that refuses connections", async () => {
  const ask = async () => {
    const response = await fetch(`${app.url}/readyz`, { headers: { "Cache-Control": "no-cache" } });
    return { code: response.status, ...((await response.json()) as { status: string; fault?: string }) };
  };
  expect(await ask()).toMatchObject({ code: 200, status: "pass" });
  leaving.lameDuck();
  await until("the warning", async () => (await ask()).status === "warn");
  expect(await ask()).toMatchObject({
    code: 200,
    fault: "refused",
    output: `${leaving.webSocketUrl} refused the connection: nothing listens on that port.`,
  });
  expect(guest.isClosed()).toBe(false);
});
