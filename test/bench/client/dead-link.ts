import { observedClient } from "../../support/client.ts";
import { startNatsServer } from "../../support/nats-server.ts";
import { until } from "../../support/until.ts";
import { type Figure, single } from "../figure.ts";

/** Longer than any target: a client that hasn't noticed by then has missed it. */
const DEADLINE_MS = 60_000;

/**
 * How long a server that was stopped (SIGSTOP) passes for alive, with the defaults. It is
 * stopped right after it has answered a ping, which is the worst moment: nothing is asked for long.
 * Plain nats.ws asks every two minutes and allows for two missed answers, so it isn't waited for.
 */
export async function deadLink(): Promise<Figure> {
  const broker = await startNatsServer();
  const { client, reaches } = observedClient(broker.webSocketUrl);
  try {
    await client.start();
    await until("the first ping was answered", () => client.rttMs !== null);
    const frozenAtMs = performance.now();
    await broker.freeze();
    const { status, ...rest } = await reaches("reconnecting", DEADLINE_MS);
    const tookMs = performance.now() - frozenAtMs;
    if (!("fault" in rest) || rest.fault?.kind !== "stale") throw new Error(`${status}, but not stale`);
    return single("dead-link-detection", Math.round(tookMs), "ms");
  } finally {
    await client.stop();
    await broker.stop();
  }
}
