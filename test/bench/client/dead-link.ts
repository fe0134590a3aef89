import { setInterval as every } from "node:timers/promises";
import { type ObservedClient, observedClient } from "../../support/clients/client.ts";
import { connectPublisher } from "../../support/clients/publisher.ts";
import type { Broker } from "../../support/servers/broker.ts";
import { startNatsServer } from "../../support/servers/nats-server.ts";
import { until } from "../../support/tools/until.ts";
import { type Figure, single } from "../figure.ts";

/** Longer than any target: a client that hasn't noticed by then has failed. */
const DEADLINE_MS = 60_000;

/** Ten messages a second, and their number before the server dies. */
const EVERY_MS = 100;
const MESSAGES = 50;

/**
 * Time until the client, with its defaults, notices a server stopped with SIGSTOP. The server stops right after it has
 * answered a ping, which is the worst moment, because the next ping is farthest away. Plain nats.ws isn't measured: it
 * pings every two minutes and tolerates two missed answers.
 */
export function deadLink(): Promise<Figure> {
  return measure("dead-link-detection", (_, { client }) =>
    until("the first ping was answered", () => client.rttMs !== null),
  );
}

/** The same for a link that received ten messages a second. */
export function busyDeadLink(): Promise<Figure> {
  return measure("dead-link-detection-busy", async (broker, { client }) => {
    let received = 0;
    client.subscribe("busy", () => {
      received += 1;
    });
    const publisher = await connectPublisher(broker.tcpUrl);
    for await (const _ of every(EVERY_MS)) {
      publisher.publish("busy");
      if (received >= MESSAGES) break;
    }
    await publisher.close();
  });
}

async function measure(
  figure: string,
  before: (broker: Broker, observed: ObservedClient) => Promise<unknown>,
): Promise<Figure> {
  const broker = await startNatsServer();
  const observed = observedClient(broker.webSocketUrl);
  try {
    await observed.client.start();
    await before(broker, observed);
    const frozenAtMs = performance.now();
    await broker.freeze();
    const { status, ...rest } = await observed.reaches("reconnecting", DEADLINE_MS);
    const tookMs = performance.now() - frozenAtMs;
    if (!("fault" in rest) || rest.fault?.kind !== "stale")
      throw new Error(`${status}, but the fault isn't stale`);
    return single(figure, Math.round(tookMs), "ms");
  } finally {
    await observed.client.stop();
    await broker.stop();
  }
}
