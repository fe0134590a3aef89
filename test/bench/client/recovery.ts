import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { DEFAULT_TUNABLES } from "../../../client/index.ts";
import { Random } from "../../chaos/random.ts";
import { observedClient } from "../../support/clients/client.ts";
import { connectPlain, PLAIN } from "../../support/clients/plain-nats.ts";
import type { Broker } from "../../support/servers/broker.ts";
import { startNatsServer } from "../../support/servers/nats-server.ts";
import { until } from "../../support/tools/until.ts";
import { compared, type Figure, median } from "../figure.ts";

const SEED = 20_261_124;
const RUNS = 5;

/** Servers that are lost at the same time, each for another duration. */
const SERVERS = 15;
const CLIENTS_PER_SERVER = 8;
const OUTAGE_MS = { least: 500, most: 5000 } as const;
const SUBJECTS = ["bench.a", "bench.b", "bench.c"] as const;
const POLL_EVERY_MS = 2;

/** A client that loses its server. */
interface Survivor {
  /** Resolves with the `performance.now()` at which all subscriptions are live again after the next loss. */
  recovered(): Promise<number>;
  close(): Promise<void>;
}

/** Median time from when a killed server accepts connections again until a client has its subscriptions back. */
export async function recovery(): Promise<Figure> {
  const random = new Random(SEED);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const samples = await Promise.all(drawOutages(random).map(outlast));
    ours.push(Math.round(median(samples.flatMap((sample) => sample.ours))));
    theirs.push(Math.round(median(samples.flatMap((sample) => sample.theirs))));
    process.stderr.write(`recovery: run ${run + 1}: p50 ${ours.at(-1)} ms, ${PLAIN}: ${theirs.at(-1)} ms\n`);
  }
  return compared("recovery-p50", "ms", ours, theirs, PLAIN);
}

/**
 * Draws one duration from each of `SERVERS` equal parts of the range. With a few durations from the whole range, chance
 * would decide the result of plain nats.ws, which dials every two seconds.
 */
function drawOutages(random: Random): number[] {
  const partMs = (OUTAGE_MS.most - OUTAGE_MS.least) / SERVERS;
  return Array.from({ length: SERVERS }, (_, part) => OUTAGE_MS.least + (part + random.next()) * partMs);
}

/** Kills a server with clients of both kinds, and restarts it after `outageMs`. */
async function outlast(outageMs: number): Promise<{ ours: number[]; theirs: number[] }> {
  const broker = await startNatsServer();
  const crowd = (join: (url: string) => Promise<Survivor>) =>
    Promise.all(Array.from({ length: CLIENTS_PER_SERVER }, () => join(broker.webSocketUrl)));
  const [ours, theirs] = [await crowd(mycelium), await crowd(plain)];
  try {
    // By then the link counts as stable; the client treats an earlier loss differently.
    await pause(DEFAULT_TUNABLES.reconnect.stableAfterMs + 200);
    const oursRecovered = ours.map((one) => one.recovered());
    const theirsRecovered = theirs.map((one) => one.recovered());
    await broker.kill();
    await pause(outageMs);
    const accepting = acceptsAgain(broker);
    await broker.restart();
    const acceptedAtMs = await accepting;
    const since = async (recoveries: Promise<number>[]) =>
      (await Promise.all(recoveries)).map((atMs) => atMs - acceptedAtMs);
    return { ours: await since(oursRecovered), theirs: await since(theirsRecovered) };
  } finally {
    await Promise.all([...ours, ...theirs].map((one) => one.close()));
    await broker.stop();
  }
}

/** Waits until the WebSocket port accepts connections again; the time is that of `performance.now()`. */
async function acceptsAgain(broker: Broker): Promise<number> {
  const port = Number(new URL(broker.webSocketUrl).port);
  for (;;) {
    const accepted = await new Promise<boolean>((resolve) => {
      const probe = connect(port, "127.0.0.1");
      probe.once("connect", () => resolve(true)).once("error", () => resolve(false));
      probe.once("connect", () => probe.destroy());
    });
    if (accepted) return performance.now();
    await pause(POLL_EVERY_MS);
  }
}

async function mycelium(url: string): Promise<Survivor> {
  const { client } = observedClient(url);
  for (const subject of SUBJECTS) client.subscribe(subject, () => {});
  await client.start();
  await until("all is subscribed", () => client.subscriptions.every(({ status }) => status === "active"));
  return {
    recovered: () =>
      new Promise((resolve) => {
        // The client ends a gap when the server has confirmed the subscriptions.
        client.timeline.onEntry((entry) => {
          if (entry.type === "gap" && entry.subjects === SUBJECTS.length) resolve(performance.now());
        });
      }),
    close: async () => void (await client.stop()),
  };
}

async function plain(url: string): Promise<Survivor> {
  const connection = await connectPlain(url);
  for (const subject of SUBJECTS) connection.subscribe(subject, { callback: () => {} });
  await connection.flush();
  return {
    recovered: async () => {
      for await (const { type } of connection.status()) {
        if (type !== "reconnect") continue;
        // The client sends its subscriptions before this ping.
        await connection.flush();
        return performance.now();
      }
      throw new Error("plain nats.ws stopped reconnecting");
    },
    close: () => connection.close(),
  };
}
