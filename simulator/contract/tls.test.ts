import { readFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { connect as connectSecure, type TLSSocket } from "node:tls";
import { connect as connectTcp } from "@nats-io/transport-node";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startSimulator } from "../index.ts";
import { connectLine, Peer } from "./support/peer.ts";
import { describeTargets } from "./support/rules.ts";

const folder = join(import.meta.dirname, "support/tls");
const cert = readFileSync(join(folder, "cert.pem"), "utf8");
const key = readFileSync(join(folder, "key.pem"), "utf8");
const files = `cert_file: "${join(folder, "cert.pem")}", key_file: "${join(folder, "key.pem")}"`;

describeTargets("TLS", { top: `tls { ${files} }`, webSocket: `tls { ${files} }` }, (server, target) => {
  test("over TCP the INFO comes in the clear and asks for TLS", async () => {
    const peer = await Peer.dial(server().tcpPort);
    expect(await peer.info()).toMatchObject({ tls_required: true });
    peer.close();
  });

  test("a client switches to TLS after the INFO", async () => {
    const client = await connectTcp({
      servers: `tls://127.0.0.1:${server().tcpPort}`,
      tls: { ca: cert },
      reconnect: false,
    });
    const subscription = client.subscribe("foo", { max: 1 });
    client.publish("foo", "safe");
    for await (const message of subscription) expect(message.string()).toBe("safe");
    await client.drain();
  });

  test("a client that continues without TLS is disconnected", async () => {
    const peer = await Peer.dial(server().tcpPort);
    await peer.info();
    peer.send(`${connectLine()}PING\r\n`);
    expect(await peer.rest()).not.toContain("PONG");
  });

  test("over WebSocket TLS comes first, and everything else inside it", async () => {
    const webSocket = new WebSocket(`wss://127.0.0.1:${server().webSocketPort}`, { ca: cert });
    const heard = await new Promise<string>((resolve, reject) => {
      webSocket.once("message", (data) => resolve(String(data)));
      webSocket.once("error", reject);
    });
    webSocket.terminate();
    expect(heard).toMatch(/^INFO /);
    expect(JSON.parse(heard.slice(5))).toMatchObject({
      tls_required: true,
      ...(target === "nats-server 2.9.10" ? {} : { tls_available: true }),
    });
  });

  test("plain HTTP on the TLS port of the WebSocket isn't upgraded", async () => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${server().webSocketPort}`);
    const outcome = await new Promise<string>((resolve) => {
      webSocket.once("open", () => resolve("open"));
      webSocket.once("error", () => resolve("error"));
    });
    expect(outcome).toBe("error");
  });
});

describe("simulator: faults during TLS", () => {
  test("over WebSocket the handshake is cut, and the next one succeeds", async () => {
    const simulator = await startSimulator({ tls: { websocket: { cert, key } } });
    simulator.faults.add({ at: "accept", action: { do: "close" }, times: 1 });
    const port = Number(new URL(simulator.webSocketUrl).port);
    expect(simulator.webSocketUrl).toMatch(/^wss:/);
    const handshake = (): Promise<string> =>
      new Promise((resolve) => {
        const socket: TLSSocket = connectSecure({ port, host: "127.0.0.1", ca: cert }, () => {
          resolve("secure");
          socket.destroy();
        });
        socket.once("error", () => resolve("cut"));
      });
    expect([await handshake(), await handshake()]).toEqual(["cut", "secure"]);
    await simulator.stop();
  });

  test("a handshake with garbage harms nobody else", async () => {
    const simulator = await startSimulator({ tls: { tcp: { cert, key } } });
    const port = Number(new URL(simulator.tcpUrl).port);
    const socket = connectSocket(port, "127.0.0.1");
    socket.write("this is no ClientHello");
    await new Promise((resolve) => socket.once("close", resolve).resume());
    const client = await connectTcp({
      servers: `tls://127.0.0.1:${port}`,
      tls: { ca: cert },
      reconnect: false,
    });
    await client.drain();
    await simulator.stop();
  });
});
