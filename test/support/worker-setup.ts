import { connect, type NatsConnection } from "@nats-io/transport-node";
import type { TestProject } from "vitest/node";
import { EGOS_FEEDS } from "../../worker/egos.ts";
// Declares what is provided.
import type {} from "../../worker/testing.ts";
import type { Broker } from "./broker.ts";
import { startNatsServer } from "./nats-server.ts";
import { freePort } from "./ports.ts";
import { startStrangeServers } from "./strange-servers.ts";
import { findNatsServer } from "./tools/nats-server.ts";
import { makeOperatorMode } from "./worker-operator.ts";

const SUBJECTS = EGOS_FEEDS.map(({ subject }) => subject);

/** Global setup of the worker project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { version, path, origin } = await findNatsServer();
  process.stdout.write(`nats-server ${version} (${path}, from ${origin})\n`);
  const open = await startNatsServer();
  const counted = await startNatsServer();
  const withPassword = await startNatsServer({
    config:
      'authorization { users: [{ user: "u", password: "p", permissions: { publish: { deny: ">" } } }, { user: "writer", password: "p" }] }',
    // The probe is no page and sends no Origin: that must not keep it out.
    webSocketConfig: 'allowed_origins: ["https://page.example"]',
  });
  const full = await startNatsServer({ config: "max_connections: 1" });
  const restricted = await startNatsServer({
    config:
      'no_auth_user: u, authorization { users: [{ user: "u", password: "p", permissions: { subscribe: "egos.llm.logs" } }] }',
  });
  const { config, account, signingSeed, scopedSeed, publishingSeed } = await makeOperatorMode(SUBJECTS);
  const operator = await startNatsServer({ config });
  const guest = await connect({ servers: full.tcpUrl });
  const strange = await startStrangeServers();
  project.provide("servers", {
    open: open.webSocketUrl,
    counted: { url: counted.webSocketUrl, monitor: counted.monitorUrl },
    withPassword: withPassword.webSocketUrl,
    full: full.webSocketUrl,
    restricted: restricted.webSocketUrl,
    operator: { url: operator.webSocketUrl, account, signingSeed, scopedSeed, publishingSeed },
    plainTcp: open.tcpUrl.replace("nats:", "ws:"),
    nobody: `127.0.0.1:${await freePort()}`,
    strange: strange.addresses,
  });
  return () => tearDown(guest, [open, counted, withPassword, full, restricted, operator], strange.stop);
}

async function tearDown(
  guest: NatsConnection,
  brokers: readonly Broker[],
  stopStrange: () => Promise<void>,
): Promise<void> {
  await guest.close();
  await Promise.all([...brokers.map((broker) => broker.stop()), stopStrange()]);
}
