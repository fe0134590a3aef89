import { mock } from "node:test";
import { type ConnectionOptions, connect } from "nats.ws";
import { MyceliumClient } from "../../../client/index.ts";
import { Random } from "../../chaos/random.ts";
import { VirtualClock } from "../../chaos/virtual-clock.ts";
import { VirtualServer } from "../../chaos/virtual-server.ts";
import { VirtualSocket } from "../../chaos/virtual-socket.ts";
import { PLAIN } from "../../support/clients/plain-nats.ts";
import { compared, type Figure } from "../figure.ts";

const WINDOW_MS = 100;
const SEEDS = [1, 2, 3] as const;

/** Longer than a link needs to count as stable, because the client treats an earlier loss differently. */
const BEFORE_LOSS_MS = 6000;

/** Observed time of the outage. Later there are only fewer dials. */
const WATCHED_MS = 6000;

/** Starts a client that calls `socket` at each dial. */
type Join = (socket: () => VirtualSocket, random: () => number) => Promise<unknown>;

/**
 * Of `clients` that lose their server at once: the share that dials within the busiest 100 ms. The clients are real, but
 * network and time are virtual: in real time, the clients of one process would queue for the processor and blur the
 * result.
 */
export async function* herd(figure = "herd-peak", clients = 1000): AsyncIterable<Figure> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (const seed of SEEDS) {
    ours.push(await peak(mycelium, seed, clients));
    theirs.push(await peak(plain, seed, clients));
  }
  yield compared(figure, "share", ours, theirs, PLAIN);
}

async function peak(join: Join, seed: number, clients: number): Promise<number> {
  const clock = new VirtualClock();
  const server = new VirtualServer(clock);
  const random = new Random(seed);
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: clock.now() });
  try {
    let joined = 0;
    const dials: number[] = [];
    const socket = (): VirtualSocket => {
      dials.push(clock.now());
      return new VirtualSocket(server, "browser");
    };
    for (let client = 0; client < clients; client += 1) {
      void join(socket, random.next).then(() => {
        joined += 1;
      });
    }
    await pass(clock, BEFORE_LOSS_MS);
    if (joined !== clients) throw new Error(`only ${joined} of ${clients} clients have connected`);
    dials.length = 0;
    server.reachability = "refuses";
    server.dropAll();
    await pass(clock, WATCHED_MS);
    return busiest(dials) / clients;
  } finally {
    mock.timers.reset();
  }
}

/** Advances both clocks by a millisecond at a time, and lets a timer's consequences happen before the next one. */
async function pass(clock: VirtualClock, forMs: number): Promise<void> {
  for (const endMs = clock.now() + forMs; clock.now() < endMs; ) {
    const nowMs = clock.now() + 1;
    while (clock.ringNext(nowMs));
    clock.moveTo(nowMs);
    mock.timers.tick(1);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The most dials within any 100 ms. */
function busiest(sorted: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [last, atMs] of sorted.entries()) {
    while (atMs - (sorted[first] ?? atMs) >= WINDOW_MS) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** Uses the same mocked timers as plain nats.ws. */
const mycelium: Join = (socket, random) =>
  new MyceliumClient({ servers: ["ws://virtual"], random, webSocket: socket }).start();

const plain: Join = (socket) => {
  const wsFactory = async () => ({ socket: new HandlerSocket(socket()), encrypted: false });
  return connect({ servers: "ws://virtual", wsFactory } as ConnectionOptions);
};

/** A virtual socket with the handler properties that nats.ws sets. */
class HandlerSocket {
  onopen?: (event: unknown) => void;
  onmessage?: (event: unknown) => void;
  onclose?: (event: unknown) => void;
  onerror?: (event: unknown) => void;
  readonly bufferedAmount = 0;
  readonly #socket: VirtualSocket;

  constructor(socket: VirtualSocket) {
    this.#socket = socket;
    for (const type of ["open", "message", "close", "error"] as const) {
      socket.addEventListener(type, (event) => this[`on${type}`]?.(event));
    }
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    this.#socket.send(data);
  }

  close(): void {
    this.#socket.close();
  }
}
