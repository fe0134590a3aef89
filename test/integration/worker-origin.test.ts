import { afterEach, beforeEach, test } from "vitest";
import { type App, startApp } from "../support/servers/app.ts";
import type { Broker, BrokerPorts } from "../support/servers/broker.ts";
import { freePorts, startNatsServer } from "../support/servers/nats-server.ts";
import { untilEqual } from "../support/tools/until.ts";

let ports: BrokerPorts;
let app: App;
let broker: Broker;

// Each case has its own address, because the result for an address is cached for ten minutes.
beforeEach(async () => {
  ports = await freePorts();
  app = await startApp({ NATS_URL: `ws://127.0.0.1:${ports.webSocket}` });
  return () => app.stop();
});
afterEach(() => broker?.stop());

test.each([
  ["another host", () => "https://other.example", ["warn", "origin-refused"]],
  ["another port", () => "http://127.0.0.1:1", ["warn", "origin-refused"]],
  ["the page's own address", () => app.url, ["pass", undefined]],
  ["that of a proxy that ends TLS", () => app.url.replace("http:", "https:"), ["pass", undefined]],
])("allowed_origins with %s, and no PUBLIC_URL", async (_which, allowed, expected) => {
  const webSocketConfig = `allowed_origins: ["${allowed()}"]`;
  broker = await startNatsServer({ ports, webSocketConfig });
  await untilEqual(async () => {
    const headers = { "Cache-Control": "no-cache" };
    const { status, checks } = (await (await fetch(`${app.url}/readyz`, { headers })).json()) as {
      readonly status: string;
      readonly checks: { readonly "nats:reachability": readonly { readonly explanation?: string }[] };
    };
    return [status, checks["nats:reachability"][0]?.explanation];
  }, expected);
});
