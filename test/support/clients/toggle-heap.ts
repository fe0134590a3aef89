import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { WebSocket } from "ws";
import { MyceliumClient, type SocketLike } from "../../../client/index.ts";
import type { Broker } from "../servers/broker.ts";
import { webSocketClients } from "../servers/monitor.ts";
import { untilEqual } from "../tools/until.ts";

/**
 * Warm-up that fills the timeline and compiles all code, so that later growth is a leak.
 * After 1,000 the next 2,500 still cost 80 kB, and each 2,500 after those about 20 kB.
 */
const WARM_UP = 3500;

/**
 * Growth of the heap, in bytes, while one client starts and stops `times` times on a broker.
 * @throws Error when a start or stop fails, or a connection remains
 */
export async function growthOfToggling(broker: Broker, times: number): Promise<number> {
  let open = 0;
  const client = new MyceliumClient({
    servers: [broker.webSocketUrl],
    // Only counted: a list would itself grow the heap.
    webSocket: (url) => {
      open += 1;
      const socket = new WebSocket(url).once("close", () => {
        open -= 1;
      });
      return socket as unknown as SocketLike;
    },
  });
  client.subscribe("toggled", () => {});
  const toggle = async (count: number): Promise<void> => {
    for (let time = 0; time < count; time += 1) {
      const [started, stopped] = [await client.start(), await client.stop()];
      if (started !== "live" || stopped !== "drained") throw new Error(`${time}: ${started}, ${stopped}`);
    }
  };
  await toggle(WARM_UP);
  await untilEqual(() => open, 0);
  const before = await heapAfterCollection();
  await toggle(times);
  await untilEqual(() => open, 0);
  const after = await heapAfterCollection();
  await untilEqual(async () => webSocketClients(await broker.connz()).length, 0);
  return after - before;
}

/**
 * Used bytes after the sockets' last events and a full collection. The "last resort" collection also drops V8's
 * caches, whose megabytes could hide a leak.
 */
async function heapAfterCollection(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: object) => void;
  for (let time = 0; time < 3; time += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect({ type: "major", execution: "sync", flavor: "last-resort" });
  }
  return process.memoryUsage().heapUsed;
}
