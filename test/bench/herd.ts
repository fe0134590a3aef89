/**
 * 2,000 clients that lose their server at once, as in `client/herd.ts`; and once more on real links
 * to a real nats-server that is killed. There one process makes all the dials: what its processor
 * holds back comes later and together, so that ours come out fuller than they are, and those of
 * plain nats.ws, which all fall due in one moment, come out spread.
 */
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "nats.ws";
import { WebSocket } from "ws";
import { MyceliumClient, type SocketLike } from "../../client/index.ts";
import { startNatsServer } from "../support/nats-server.ts";
import { PLAIN, plainDial } from "../support/plain-nats.ts";
import { BEFORE_LOSS_MS, fullest, herd, WATCHED_MS } from "./client/herd.ts";
import { compared, type Figure } from "./figure.ts";

const CLIENTS = 2000;
const RUNS = 3;

/** So many dial together at the start: a crowd at the door is another figure. */
const AT_ONCE = 50;

/** A client that is live; the returned function ends it. */
type Join = (url: string, dialled: () => void) => Promise<() => Promise<unknown>>;

export async function* run(): AsyncIterable<Figure> {
  yield* herd("herd-2000-peak", CLIENTS);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let run = 1; run <= RUNS; run += 1) {
    ours.push(await peak(mycelium));
    theirs.push(await peak(plain));
    process.stderr.write(`herd: run ${run}: ${ours.at(-1)}, ${PLAIN}: ${theirs.at(-1)}\n`);
  }
  yield compared("herd-2000-peak-real", "share", ours, theirs, PLAIN);
}

async function peak(join: Join): Promise<number> {
  const broker = await startNatsServer();
  const leaves: (() => Promise<unknown>)[] = [];
  try {
    const dials: number[] = [];
    const dialled = () => void dials.push(performance.now());
    while (leaves.length < CLIENTS) {
      const joining = Array.from({ length: AT_ONCE }, () => join(broker.webSocketUrl, dialled));
      leaves.push(...(await Promise.all(joining)));
    }
    await pause(BEFORE_LOSS_MS);
    dials.length = 0;
    await broker.kill();
    await pause(WATCHED_MS);
    return fullest(dials) / CLIENTS;
  } finally {
    await Promise.all(leaves.map((leave) => leave()));
    await broker.stop();
  }
}

const mycelium: Join = async (url, dialled) => {
  const webSocket = (to: string) => {
    dialled();
    return new WebSocket(to) as unknown as SocketLike;
  };
  const client = new MyceliumClient({ servers: [url], webSocket });
  const outcome = await client.start();
  if (outcome !== "live") throw new Error(`a client is ${outcome} before the server is lost`);
  return () => client.stop();
};

const plain: Join = async (url, dialled) => {
  const connection = await connect(plainDial(url, {}, dialled).options);
  return () => connection.close();
};
