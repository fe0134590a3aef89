/** MyceliumClient in storms on a cluster, in handovers between distant servers, and in a crowd that loses its server. */
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
