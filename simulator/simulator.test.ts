import { once } from "node:events";
import { connect as connectSocket } from "node:net";
import { wsconnect } from "@nats-io/nats-core";
import { connect as connectTcp } from "@nats-io/transport-node";
import { afterEach, expect, test } from "vitest";
import { type Simulator, startSimulator } from "./index.ts";

let simulator: Simulator | undefined;
afterEach(async () => {
  await simulator?.stop();
  simulator = undefined;
});

test("a publication over TCP reaches a subscriber over WebSocket, headers and reply included", async () => {
  simulator = await startSimulator();
  const subscriber = await wsconnect({ servers: simulator.webSocketUrl });
  const publisher = await connectTcp({ servers: simulator.tcpUrl });
  const subscription = subscriber.subscribe("egos.>", { max: 1 });
  await subscriber.flush();
  publisher.publish("egos.llm.logs", "hello", { reply: "answers" });
  await publisher.flush();
  const seen: string[] = [];
  for await (const message of subscription)
    seen.push(`${message.subject} ${message.reply} ${message.string()}`);
  expect(seen).toEqual(["egos.llm.logs answers hello"]);
  await publisher.drain();
  await subscriber.drain();
});

test("stop() closes every client and frees the ports", async () => {
  simulator = await startSimulator();
  const client = await wsconnect({ servers: simulator.webSocketUrl, reconnect: false });
  const tcpPort = Number(new URL(simulator.tcpUrl).port);
  await simulator.stop();
  await client.closed();
  simulator = await startSimulator({ tcpPort });
  expect(new URL(simulator.tcpUrl).port).toBe(String(tcpPort));
});

test.each(["::1", "::", "0.0.0.0"])("listens on %s, and says where", async (host) => {
  simulator = await startSimulator({ host });
  const { tcpUrl, webSocketUrl, monitorUrl } = simulator;
  expect(new URL(tcpUrl).hostname).toBe(host.includes(":") ? `[${host}]` : host);
  for (const at of host === "::1" ? ["[::1]"] : ["[::1]", "127.0.0.1"]) {
    const client = await connectTcp({ servers: `${at}:${new URL(tcpUrl).port}`, reconnect: false });
    expect(client.info?.client_ip).toBe(at.replace(/[[\]]/g, ""));
    await client.close();
    const inPage = await wsconnect({ servers: `ws://${at}:${new URL(webSocketUrl).port}`, reconnect: false });
    await inPage.close();
    expect((await fetch(`http://${at}:${new URL(monitorUrl).port}/healthz`)).status).toBe(200);
  }
});

test("the monitor listens only on its own address", async () => {
  simulator = await startSimulator({ host: "127.0.0.1", monitorHost: "::1" });
  const { monitorUrl } = simulator;
  expect((await fetch(`${monitorUrl}/healthz`)).status).toBe(200);
  await expect(fetch(`${monitorUrl.replace("[::1]", "127.0.0.1")}/healthz`)).rejects.toThrow();
});

test("the monitor survives a request with an invalid URL", async () => {
  simulator = await startSimulator();
  const { hostname, port } = new URL(simulator.monitorUrl);
  const socket = connectSocket(Number(port), hostname).end("GET // HTTP/1.1\r\nHost: x\r\n\r\n");
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 404 /);
  socket.destroy();
});

test("the error names a port that is in use", async () => {
  simulator = await startSimulator();
  const tcpPort = Number(new URL(simulator.tcpUrl).port);
  await expect(startSimulator({ tcpPort })).rejects.toThrow(
    `Error listening on port: 127.0.0.1:${tcpPort}, "listen tcp 127.0.0.1:${tcpPort}: bind: address already in use"`,
  );
});

test("the error names an unknown or invalid option", async () => {
  await expect(startSimulator({ tcpPort: 70_000 })).rejects.toThrow("tcpPort is 70000; give 0 to 65535");
  await expect(startSimulator({ tcpport: 1 } as never)).rejects.toThrow("tcpport is not an option");
});
