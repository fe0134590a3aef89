import { connect } from "@nats-io/transport-node";
import type { TestProject } from "vitest/node";
import { DEFAULT_FEEDS } from "../../../worker/default-feeds.ts";
// Declares the types of the provided values.
import type {} from "../../../worker/testing.ts";
import { connectPublisher } from "../clients/publisher.ts";
import { startBlackHole } from "../faults/black-hole.ts";
import {
  HOSTILE_SERVERS,
  SHAKY_SERVERS,
  startOnIpv6,
  startStrangeServers,
} from "../faults/strange-servers.ts";
import { startNatsServer } from "../servers/nats-server.ts";
import { createStream } from "../servers/stream.ts";
import { makeOperatorMode } from "../servers/worker-operator.ts";
import { findNatsServer } from "../tools/nats-server.ts";
import { freePort } from "../tools/ports.ts";

/** Feeds can read the stream SHOP, but not SHUT, which has no direct access. */
async function makeStreams(server: string): Promise<void> {
  const nats = await connectPublisher(server);
  for (const [name, allow_direct] of [
    ["SHOP", true],
    ["SHUT", false],
  ] as const) {
    await createStream(nats, name, [`${name.toLowerCase()}.>`], { allow_direct, storage: "memory" });
  }
  await nats.close();
}

const SUBJECTS = DEFAULT_FEEDS.map(({ subject }) => subject);

/** Global setup of the worker project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { version, path, origin } = await findNatsServer();
  process.stdout.write(`nats-server ${version} (${path}, from ${origin})\n`);
  const { config, account, signingSeed, scopedSeed, publishingSeed } = await makeOperatorMode(SUBJECTS);
  const brokers = await Promise.all([
    startNatsServer(),
    startNatsServer(),
    startNatsServer(),
    startNatsServer({
      config:
        'authorization { users: [{ user: "u", password: "p", permissions: { publish: { deny: ">" } } }, { user: "writer", password: "p" }] }',
      // The probe isn't a page and sends no Origin header; the server must let it in nevertheless.
      webSocketConfig: 'allowed_origins: ["https://page.example"]',
    }),
    startNatsServer({ webSocketConfig: 'allowed_origins: ["https://other.example"]' }),
    startNatsServer({ jetStream: true }),
    startNatsServer({ config: "max_connections: 1" }),
    startNatsServer({
      config:
        'no_auth_user: u, authorization { users: [{ user: "u", password: "p", permissions: { subscribe: "egos.llm.logs" } }] }',
    }),
    startNatsServer({ config }),
  ]);
  const [open, counted, untouched, withPassword, otherOrigin, streams, full, restricted, operator] = brokers;
  await makeStreams(streams.tcpUrl);
  const guest = await connect({ servers: full.tcpUrl });
  const [strange, blackHole, ipv6] = await Promise.all([
    startStrangeServers(),
    startBlackHole(),
    startOnIpv6(),
  ]);
  project.provide("servers", {
    open: open.webSocketUrl,
    counted: { url: counted.webSocketUrl, monitor: counted.monitorUrl },
    untouched: { url: untouched.webSocketUrl, monitor: untouched.monitorUrl },
    withPassword: withPassword.webSocketUrl,
    otherOrigin: otherOrigin.webSocketUrl,
    streams: streams.webSocketUrl,
    full: full.webSocketUrl,
    restricted: restricted.webSocketUrl,
    operator: { url: operator.webSocketUrl, account, signingSeed, scopedSeed, publishingSeed },
    plainTcp: open.tcpUrl.replace("nats:", "ws:"),
    nobody: `127.0.0.1:${await freePort()}`,
    blackHole: blackHole.address,
    strange: strange.addresses,
    shaky: SHAKY_SERVERS,
    hostile: HOSTILE_SERVERS,
    ipv6: ipv6?.address ?? null,
  });
  return async () => {
    await guest.close();
    await Promise.all([...brokers, strange, blackHole, ipv6].map((one) => one?.stop()));
  };
}
