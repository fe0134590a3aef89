import { createConnection } from "node:net";
import { type FaultRule, type Simulator, type SimulatorOptions, startSimulator } from "../../index.ts";
import { WebSocketPeer } from "./frames.ts";
import { connectLine, Peer } from "./peer.ts";

/** A simulator for one test, with its ports. */
export interface Started {
  readonly simulator: Simulator;
  readonly tcp: number;
  readonly webSocket: number;
}

/** The simulators that the current test has started. */
const running = new Set<Simulator>();

export async function start(options: SimulatorOptions = {}): Promise<Started> {
  const simulator = await startSimulator(options);
  running.add(simulator);
  return {
    simulator,
    tcp: Number(new URL(simulator.tcpUrl).port),
    webSocket: Number(new URL(simulator.webSocketUrl).port),
  };
}

/** Stops the simulators that the test has started; call it in `afterEach`. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((simulator) => simulator.stop()));
  running.clear();
}

/** Starts a simulator with fault rules. */
export async function withRules(...rules: readonly FaultRule[]): Promise<Started> {
  const started = await start();
  for (const rule of rules) started.simulator.faults.add(rule);
  return started;
}

/** Connects over TCP, sends `commands`, and waits for the PONG after them. */
export async function join(port: number, commands = "", options: object = {}): Promise<Peer> {
  const peer = await Peer.dial(port);
  await peer.info();
  peer.send(`${connectLine(options)}${commands}PING\r\n`);
  await peer.untilPong();
  return peer;
}

/** Connects over WebSocket, and waits for the first PONG. */
export async function joinWebSocket(port: number): Promise<WebSocketPeer> {
  const peer = await WebSocketPeer.dial(port);
  peer.sendText(`${connectLine()}PING\r\n`);
  await peer.readUntil("PONG\r\n");
  return peer;
}

/** Whether a connection attempt is refused by the operating system. */
export function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.once("connect", () => resolve(false));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
    socket.once("connect", () => socket.destroy());
  });
}
