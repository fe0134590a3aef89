import { expect, test } from "vitest";
import { serverConfigs } from "./server-config.ts";

function configsOf(urls: readonly string[], webSocketPort: number | null = null): readonly string[] {
  const wanted = {
    servers: urls.map((url) => new URL(url)),
    origin: null,
    tls: null,
    tcpPort: 4222,
    clusterPort: 6222,
    webSocketPort,
    dataFolder: null,
    feeds: null,
    explore: "",
    folder: ".",
  };
  return serverConfigs(wanted, { operatorJwt: "", systemKey: "", accounts: [] }).map(({ text }) => text);
}

function hostsOf(url: string): (string | undefined)[] {
  return [...(configsOf([url])[0] ?? "").matchAll(/host: "(.*)"/g)].map(([, host]) => host);
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

test("the ports of further servers on the same machine count up, --websocket-port too", () => {
  const ports = configsOf(["wss://localhost:1443", "wss://127.0.0.1:2443", "wss://other"], 9222).map((text) =>
    [...text.matchAll(/^ *port: (\d+)$/gm)].map(([, port]) => Number(port)),
  );
  expect(ports).toEqual([
    [4222, 9222, 6222],
    [4223, 9223, 6223],
    [4222, 9222, 6222],
  ]);
});
