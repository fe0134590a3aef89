import { growthOfToggling } from "../../support/clients/toggle-heap.ts";
import { startNatsServer } from "../../support/servers/nats-server.ts";
import { type Figure, single } from "../figure.ts";

const TOGGLES = 10_000;

/** Heap growth of one client over 10,000 starts and stops with a real server. */
export async function toggleHeap(): Promise<Figure> {
  const broker = await startNatsServer();
  try {
    return single("toggle-heap", await growthOfToggling(broker, TOGGLES), "bytes");
  } finally {
    await broker.stop();
  }
}
