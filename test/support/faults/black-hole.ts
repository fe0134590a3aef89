import { connect, type Socket } from "node:net";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { ManagedProcess } from "../tools/managed-process.ts";

const READY_LIMIT_MS = 60_000;

/** Milliseconds after which a pending loopback connection counts as swallowed. */
const NO_ANSWER_MS = 300;

/** More connections than the shortest backlog holds. */
const MOST_IN_QUEUE = 16;

/** Listens with the shortest possible backlog. */
const LISTENER =
  'const s=require("net").createServer();s.listen({port:0,host:"127.0.0.1",backlog:1},()=>console.log("port "+s.address().port))';

/** An address where connection attempts get no answer, as behind a firewall that drops packets. */
export interface BlackHole {
  /** `host:port`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** A stopped process accepts no connection, and with a full backlog the kernel answers no SYN (Linux, tcp(7)). */
export async function startBlackHole(): Promise<BlackHole> {
  const listener = new ManagedProcess(process.execPath, ["-e", LISTENER]);
  const [, port = ""] = await listener.printed(/port (\d+)/, READY_LIMIT_MS);
  await listener.freeze();
  const queued: Socket[] = [];
  const stop = async (): Promise<void> => {
    for (const socket of queued) socket.destroy();
    await listener.stop("SIGKILL");
  };
  while (queued.length < MOST_IN_QUEUE) {
    const socket = connect(Number(port), "127.0.0.1").on("error", () => {});
    queued.push(socket);
    const opened = new Promise<boolean>((resolve) => socket.once("connect", () => resolve(true)));
    // If this process was delayed, the event may be queued behind the timer: one more turn lets it in.
    const unanswered = wait(NO_ANSWER_MS).then(() => nextTurn(false));
    if (!(await Promise.race([opened, unanswered]))) return { address: `127.0.0.1:${port}`, stop };
  }
  await stop();
  throw new Error(`the kernel accepted ${MOST_IN_QUEUE} connections into a backlog of 1`);
}
