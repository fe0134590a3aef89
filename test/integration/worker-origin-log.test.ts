import { afterEach, expect, test } from "vitest";
import type { Broker } from "../support/servers/broker.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { useApp } from "../support/servers/use-app.ts";

const app = useApp();

let broker: Broker;
afterEach(() => broker?.stop());

/** Each probe takes a second, so a flood of requests can't cause more. */
const LOOKS = 5;

test("repeated requests from an origin that isn't allowed don't add a line to nats-server's log each time", async () => {
  const webSocketConfig = `allowed_origins: ["${app.url}"]`;
  broker = await startNatsServer({ ports: app.brokerPorts, webSocketConfig });
  const seen = new Set<string>();
  const ask = async (url: string, expected: string) => {
    const answered = await fetch(`${url}/readyz`, { headers: { "Cache-Control": "no-cache" } });
    const { status, observationId } = (await answered.json()) as Record<string, string>;
    expect(status).toBe(expected);
    seen.add(observationId ?? "");
  };
  await ask(app.url, "pass");
  while (seen.size < LOOKS) await ask(app.url.replace("127.0.0.1", "localhost"), "warn");
  // The page's origin with https (a proxy may end TLS), and the other origin with http and https.
  expect(broker.log().match(/origin not allowed/g)).toHaveLength(3);
});
