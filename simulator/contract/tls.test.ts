import { readFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { connect as connectSecure, type TLSSocket } from "node:tls";
import { connect as connectTcp } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startSimulator } from "../index.ts";
import { connectLine, Peer } from "./support/peer.ts";
import { describeTargets } from "./support/rules.ts";
import { type Server, TARGETS } from "./support/target.ts";

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

  test("a client goes over to TLS after the INFO", async () => {
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

  test("a client that goes on in the clear is cut", async () => {
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

const asksForCertificate = `tls { ${files}, ca_file: "${join(folder, "cert.pem")}", verify: true }`;
const other = {
  cert: readFileSync(join(folder, "other-cert.pem"), "utf8"),
  key: readFileSync(join(folder, "other-key.pem"), "utf8"),
};

describeTargets("TLS with client certificates", { top: asksForCertificate }, (server) => {
  test("the INFO says that a certificate is asked for", async () => {
    const peer = await Peer.dial(server().tcpPort);
    expect(await peer.info()).toMatchObject({ tls_required: true, tls_verify: true });
    peer.close();
  });

  test("a client with a trusted one comes in, one without or with another's is cut", async () => {
    const servers = `tls://127.0.0.1:${server().tcpPort}`;
    const client = await connectTcp({ servers, tls: { ca: cert, cert, key }, reconnect: false });
    await client.flush();
    await client.drain();
    await expect(connectTcp({ servers, tls: { ca: cert }, reconnect: false })).rejects.toThrow();
    await expect(connectTcp({ servers, tls: { ca: cert, ...other }, reconnect: false })).rejects.toThrow();
  });
});

describeTargets("TLS for who wants it", { top: `tls { ${files} }\nallow_non_tls: true` }, (server) => {
  test("the INFO offers it, and a client may begin it or not", async () => {
    const plain = await Peer.dial(server().tcpPort);
    const info = await plain.info();
    expect([info.tls_required, info.tls_available]).toEqual([undefined, true]);
    plain.send(`${connectLine()}PING\r\n`);
    expect(await plain.untilPong()).toBe("PONG\r\n");
    plain.close();
    const servers = `tls://127.0.0.1:${server().tcpPort}`;
    const client = await connectTcp({ servers, tls: { ca: cert }, reconnect: false });
    await client.flush();
    await client.drain();
  });
});

// nats-server has it from 2.10.4 on.
const WITH_HANDSHAKE_FIRST = TARGETS.filter(({ name }) => name !== "nats-server 2.9.10");

describe.each(WITH_HANDSHAKE_FIRST)("$name: TLS before INFO", (target) => {
  let server: Server;
  beforeAll(async () => {
    server = await target.start({ top: `tls { ${files}, handshake_first: true }` });
  });
  afterAll(() => server.stop());

  test("the INFO comes inside TLS", async () => {
    const heard = await new Promise<string>((resolve, reject) => {
      const socket = connectSecure({ port: server.tcpPort, host: "127.0.0.1", ca: cert });
      socket.once("error", reject).once("data", (data) => {
        resolve(String(data));
        socket.destroy();
      });
    });
    expect(JSON.parse(heard.slice("INFO ".length))).toMatchObject({ tls_required: true });
  });

  test("a client that begins with TLS gets its messages", async () => {
    const client = await connectTcp({
      servers: `127.0.0.1:${server.tcpPort}`,
      tls: { ca: cert, handshakeFirst: true },
      reconnect: false,
    });
    const subscription = client.subscribe("foo", { max: 1 });
    client.publish("foo", "safe");
    for await (const message of subscription) expect(message.string()).toBe("safe");
    await client.drain();
  });

  test("a client that begins in the clear is cut without a word in the clear", async () => {
    const peer = await Peer.dial(server.tcpPort);
    peer.send(`${connectLine()}PING\r\n`);
    expect(await peer.rest()).not.toMatch(/INFO|PONG/);
  });
});

describe("simulator: faults during TLS", () => {
  test("over WebSocket the handshake is cut, and the next one isn't", async () => {
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
