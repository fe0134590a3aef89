/** Messages per second through the simulator, compared with nats-server: 128 bytes, one publisher, one subscriber. */

import { frame, OPCODES, WebSocketPeer } from "../../simulator/contract/support/frames.ts";
import { connectLine } from "../../simulator/contract/support/peer.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";
import { startSimulatorProcess } from "../support/servers/simulator.ts";
import { compared, type Figure } from "./figure.ts";

const PAYLOAD_BYTES = 128;
const MESSAGES = 600_000;
const RUNS = 5;

/** Messages per WebSocket frame, as sent by a client that batches all messages of a tick. */
const BATCH = 400;

/** Messages in transit: enough that neither side waits for the other, too few to pile up. */
const WINDOW = 20_000;

const PUBLICATION = `PUB bench ${PAYLOAD_BYTES}\r\n${"x".repeat(PAYLOAD_BYTES)}\r\n`;
const DELIVERY_BYTES = `MSG bench 1 ${PAYLOAD_BYTES}\r\n`.length + PAYLOAD_BYTES + 2;

/** The group's figures. */
export async function* run(): AsyncIterable<Figure> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let turn = 0; turn < RUNS; turn++) {
    ours.push(await measure(startSimulatorProcess));
    theirs.push(await measure(() => startNatsServer({ release: "2.15" })));
  }
  yield compared("simulator-throughput", "msg/s", ours, theirs, "nats-server 2.15");
}

async function measure(
  start: () => Promise<{ webSocketUrl: string; stop(): Promise<void> }>,
): Promise<number> {
  const server = await start();
  try {
    const port = Number(new URL(server.webSocketUrl).port);
    // Warms up both ends.
    await pump(port, MESSAGES / 4);
    return await pump(port, MESSAGES);
  } finally {
    await server.stop();
  }
}

async function join(port: number, command: string): Promise<WebSocketPeer> {
  const client = await WebSocketPeer.dial(port);
  client.sendText(`${connectLine()}${command}PING\r\n`);
  await client.readUntil("PONG\r\n");
  return client;
}

/** Sends messages through the broker, and returns how many arrived per second. */
async function pump(port: number, messages: number): Promise<number> {
  const subscriber = await join(port, "SUB bench 1\r\n");
  const publisher = await join(port, "");
  const batch = frame(OPCODES.binary, PUBLICATION.repeat(BATCH));
  const startedAtMs = performance.now();
  let sent = 0;
  const received = await new Promise<number>((resolve) => {
    const push = (arrived: number): void => {
      while (sent < messages && sent - arrived < WINDOW) {
        publisher.send(batch);
        sent += BATCH;
      }
    };
    subscriber.peer.onBytes(
      countPayload((streamBytes) => {
        const arrived = Math.floor(streamBytes / DELIVERY_BYTES);
        if (arrived >= messages) resolve(arrived);
        else push(arrived);
      }),
    );
    push(0);
  });
  const seconds = (performance.now() - startedAtMs) / 1000;
  publisher.close();
  subscriber.close();
  return Math.round(received / seconds);
}

/** Counts payload bytes from the frame headers only, which costs almost nothing. */
function countPayload(report: (total: number) => void): (bytes: Buffer) => void {
  let total = 0;
  let left = 0;
  let head = Buffer.alloc(0);
  return (bytes) => {
    let at = 0;
    while (at < bytes.length) {
      if (left > 0) {
        const taken = Math.min(left, bytes.length - at);
        left -= taken;
        at += taken;
        total += taken;
        continue;
      }
      head = Buffer.concat([head, bytes.subarray(at, at + 1)]);
      at++;
      const length = payloadLength(head);
      if (length === undefined) continue;
      left = length;
      head = Buffer.alloc(0);
    }
    report(total);
  };
}

/** The payload length in a server's frame header; undefined while the header is incomplete. */
function payloadLength(head: Buffer): number | undefined {
  const short = head[1];
  if (short === undefined) return undefined;
  if (short < 126) return short;
  if (short === 126) return head.length < 4 ? undefined : head.readUInt16BE(2);
  return head.length < 10 ? undefined : Number(head.readBigUInt64BE(2));
}
