/** MyceliumClient in storms over three clustered nats-servers, its handovers between two that are far apart, and 2,000 of it that lose their server. */
import { herd } from "./client/herd.ts";
import type { BenchOptions, Figure } from "./figure.ts";
import { handover } from "./storm/handover.ts";
import { storm } from "./storm/storm.ts";

const HERD = 2000;

/** The group's figures. */
export async function* run(options: BenchOptions): AsyncIterable<Figure> {
  yield* storm(options);
  yield* handover();
  yield* herd("herd-2000-peak", HERD);
}
