import { setInterval as every } from "node:timers/promises";
import { type ObservedClient, observedClient } from "../../support/clients/client.ts";
import { connectPublisher } from "../../support/clients/publisher.ts";
import type { Broker } from "../../support/servers/broker.ts";
import { startNatsServer } from "../../support/servers/nats-server.ts";
import { until } from "../../support/tools/until.ts";
import { type Figure, single } from "../figure.ts";

/** Longer than any target: a client that hasn't noticed by then has missed it. */
const DEADLINE_MS = 60_000;

/** Ten messages a second, so many of them before the server dies. */
const EVERY_MS = 100;
const MESSAGES = 50;

/**
 * How long a server that was stopped (SIGSTOP) passes for alive, with the defaults. It is
 * stopped right after it has answered a ping, which is the worst moment: nothing is asked for long.
 * Plain nats.ws asks every two minutes and allows for two missed answers, so it isn't waited for.
 */
export function deadLink(): Promise<Figure> {
  return measure("dead-link-detection", (_, { client }) =>
    until("the first ping was answered", () => client.rttMs !== null),
  );
}

/** The same of a link that has brought ten messages a second. */
export function busyDeadLink(): Promise<Figure> {
  return measure("dead-link-detection-busy", async (broker, { client }) => {
    let heard = 0;
    client.subscribe("busy", () => {
      heard += 1;
    });
    const publisher = await connectPublisher(broker.tcpUrl);
    for await (const _ of every(EVERY_MS)) {
      publisher.publish("busy");
      if (heard >= MESSAGES) break;
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
    if (!("fault" in rest) || rest.fault?.kind !== "stale") throw new Error(`${status}, but not stale`);
    return single(figure, Math.round(tookMs), "ms");
  } finally {
    await observed.client.stop();
    await broker.stop();
  }
}
