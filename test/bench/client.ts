/** MyceliumClient compared with plain nats.ws 1.30.3, in Node over `ws`, with a real nats-server. */
import { bundles } from "./client/bundles.ts";
import { busyDeadLink, deadLink } from "./client/dead-link.ts";
import { herd } from "./client/herd.ts";
import { recovery } from "./client/recovery.ts";
import { sequencedThroughput, throughput } from "./client/throughput.ts";
import { toggleHeap } from "./client/toggle-heap.ts";
import type { Figure } from "./figure.ts";

/** The group's figures; the heap first, before anything else uses it. */
export async function* run(): AsyncIterable<Figure> {
  yield await toggleHeap();
  yield* throughput();
  yield await sequencedThroughput();
  yield await recovery();
  yield* herd();
  yield await deadLink();
  yield await busyDeadLink();
  yield* bundles();
}
