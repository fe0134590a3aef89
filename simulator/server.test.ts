import { expect, test } from "vitest";
import { NatsServer } from "./server.ts";
import { resolveSettings, type SimulatorOptions } from "./settings.ts";

const ORIGINS = { allowedOrigins: ["https://a.example"] };

test.each<SimulatorOptions>([
  { allowedOrigins: ["https://b.example"] },
  { webSocketPort: "off" },
  { tcpPort: 4333 },
  { monitorHost: "::1" },
  { serverName: "other" },
  { maxSubscriptions: 3 },
  { maxPendingBytes: 2 ** 21 },
  { lameDuckDurationMs: 40_000 },
])("a reload that changes %j is refused as a whole", (change) => {
  const settings = resolveSettings(ORIGINS);
  const server = new NatsServer(settings);
  const changed = resolveSettings({ ...ORIGINS, auth: { type: "token", token: "t" }, ...change });
  expect(() => server.reload(changed)).toThrow(`config reload not supported for ${Object.keys(change)[0]}`);
  expect(server.settings).toBe(settings);
});

test("a reload accepts changed TLS settings, and keeps those of the start", () => {
  const tls = { tcp: { cert: "c", key: "k" } };
  for (const [before, after] of [[{}, { tls }] as const, [{ tls }, {}] as const]) {
    const server = new NatsServer(resolveSettings(before));
    const kept = server.settings.tls;
    server.reload(resolveSettings({ ...after, maxPayloadBytes: 7 }));
    expect(server.settings).toMatchObject({ maxPayloadBytes: 7 });
    expect(server.settings.tls).toBe(kept);
  }
});
