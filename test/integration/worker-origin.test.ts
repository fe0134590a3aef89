import { afterEach, expect, test } from "vitest";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { useApp } from "../support/servers/use-app.ts";
import { untilEqual } from "../support/tools/until.ts";

const app = useApp();

let broker: Broker;
afterEach(() => broker?.stop());

test.each([
  ["another host", () => "https://other.example", ["warn", "origin-refused"]],
  ["another port", () => "http://127.0.0.1:1", ["warn", "origin-refused"]],
  ["the page's own address", () => app.url, ["pass", undefined]],
  ["that of a proxy that ends TLS", () => app.url.replace("http:", "https:"), ["pass", undefined]],
])("allowed_origins with %s, and no PUBLIC_URL", async (_which, allowed, expected) => {
  const webSocketConfig = `allowed_origins: ["${allowed()}"]`;
  broker = await startNatsServer({ ports: app.brokerPorts, webSocketConfig });
  await untilEqual(async () => {
    const headers = { "Cache-Control": "no-cache" };
    const { status, checks } = (await (await fetch(`${app.url}/readyz`, { headers })).json()) as {
      readonly status: string;
      readonly checks: { readonly "nats:reachability": readonly { readonly explanation?: string }[] };
    };
    return [status, checks["nats:reachability"][0]?.explanation];
  }, expected);
});

/** Each takes a second: none is made sooner after another. */
const LOOKS = 5;

test("who looks on and on by an address that isn't listed leaves no line in nats-server's log for each look", async () => {
  broker = await startNatsServer({
    ports: app.brokerPorts,
    webSocketConfig: `allowed_origins: ["${app.url}"]`,
  });
  const ask = async (url: string) => {
    const answered = await fetch(`${url}/readyz`, { headers: { "Cache-Control": "no-cache" } });
    return (await answered.json()) as { readonly status: string; readonly observationId: string };
  };
  await untilEqual(async () => (await ask(app.url)).status, "pass");
  const lines = () => broker.log().match(/origin not allowed/gi)?.length ?? 0;
  const before = lines();
  const seen = new Set<string>();
  while (seen.size < LOOKS) {
    const { status, observationId } = await ask(app.url.replace("127.0.0.1", "localhost"));
    expect(status).toBe("pass");
    seen.add(observationId);
  }
  // With http and with https, once.
  expect(lines() - before).toBe(2);
});
