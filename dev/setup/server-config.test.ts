import { expect, test } from "vitest";
import { serverConfigs } from "./server-config.ts";

function hostsOf(url: string): (string | undefined)[] {
  const wanted = {
    servers: [new URL(url)],
    origin: null,
    tls: null,
    tcpPort: 4222,
    clusterPort: 6222,
    webSocketPort: null,
    dataFolder: null,
    feeds: null,
    explore: "",
    folder: ".",
  };
  const [config] = serverConfigs(wanted, { operatorJwt: "", systemKey: "", accounts: [] });
  return [...(config?.text ?? "").matchAll(/host: "(.*)"/g)].map(([, host]) => host);
}

test.each([
  ["ws://127.0.0.1:9222", ["127.0.0.1", "127.0.0.1"]],
  ["ws://localhost:9222", ["127.0.0.1", "127.0.0.1"]],
  ["ws://[::1]:9222", ["::1", "::1"]],
  ["wss://nats.example.com", ["127.0.0.1", "0.0.0.0"]],
])(
  "a server for %s listens on the URL's host, and without TLS opens its publishers' port only locally",
  (url, hosts) => {
    expect(hostsOf(url)).toEqual(hosts);
  },
);
