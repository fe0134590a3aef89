/** The fault proxy of the integration tests: it must inject exactly the faults that it claims to. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { FaultProxy } from "../../dev/fault-proxy/index.ts";
import { canListen, freePort } from "../support/tools/ports.ts";
import { until } from "../support/tools/until.ts";

let server: WebSocketServer;
let proxy: FaultProxy;
const clients: WebSocket[] = [];

/** Sends an INFO like NATS, then echoes everything. */
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.send(Buffer.from("INFO {}\r\n"));
    socket.on("message", (data: Buffer) => socket.send(data));
  });
  await new Promise((resolve) => server.once("listening", resolve));
  proxy = await FaultProxy.start({ port: await freePort(), target: (server.address() as AddressInfo).port });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
  proxy.close();
  server.close();
});

interface Seen {
  readonly socket: WebSocket;
  readonly texts: string[];
  /** Resolves to the close code. */
  readonly closed: Promise<number>;
}

function dial(): Seen {
  const socket = new WebSocket(proxy.webSocketUrl);
  clients.push(socket);
  socket.on("error", () => {});
  const texts: string[] = [];
  socket.on("message", (data: Buffer) => texts.push(data.toString()));
  return { socket, texts, closed: new Promise((resolve) => socket.on("close", resolve)) };
}

async function greeted(): Promise<Seen> {
  const seen = dial();
  await until("the greeting", () => seen.texts.length === 1);
  return seen;
}

test("forwards frames of every length encoding", async () => {
  const { socket, texts } = await greeted();
  const payloads = [1, 125, 126, 65_535, 65_536, 300_000].map((length) => "x".repeat(length));
  for (const text of payloads) socket.send(Buffer.from(text));
  await until("all is back", () => texts.length === 1 + payloads.length);
  expect(texts.slice(1)).toEqual(payloads);
});

test.each([
  { name: "before a verb", way: "down", at: { before: "INFO" }, left: [] },
  { name: "after a verb", way: "down", at: { after: "INFO" }, left: ["INFO {}\r\n"] },
  { name: "before the upgrade is answered", way: "down", at: "upgrade", left: [] },
  { name: "before the second frame", way: "down", at: { frame: 2 }, left: ["INFO {}\r\n"] },
  { name: "before the first frame to the server", way: "up", at: { frame: 1 }, left: ["INFO {}\r\n"] },
] as const)("cuts $name", async ({ way, at, left }) => {
  const struck = proxy.add({ way, at, action: { do: "reset" } });
  const { socket, texts, closed } = dial();
  socket.on("open", () => socket.send(Buffer.from("PING\r\n")));
  await struck;
  expect(await closed).toBe(1006);
  // Data forwarded before a reset may be lost: TCP guarantees no more.
  expect(left).toEqual(expect.arrayContaining(texts));
  await until("the server heard of it too", () => server.clients.size === 0);
});

test("resets within a frame, after a number of bytes", async () => {
  const { socket, texts, closed } = await greeted();
  const struck = proxy.add({ way: "up", at: { bytes: 2000 }, action: { do: "reset" } });
  for (let sent = 0; sent < 10; sent += 1) socket.send(Buffer.from("x".repeat(400)));
  await struck;
  expect(await closed).toBe(1006);
  expect(texts.length - 1).toBeLessThanOrEqual(2000 / 400);
});

test("ends one way with a FIN: the client sees the end without a close frame", async () => {
  const { closed } = await greeted();
  proxy.end("down");
  expect(await closed).toBe(1006);
});

test("freezes and thaws one way without losing data, while the other way flows", async () => {
  const { socket, texts } = await greeted();
  const heard: string[] = [];
  for (const one of server.clients) one.on("message", (data: Buffer) => heard.push(data.toString()));
  proxy.freeze("down");
  socket.send(Buffer.from("1"));
  await until("the server heard it", () => heard.length === 1);
  expect(texts).toEqual(["INFO {}\r\n"]);
  proxy.thaw();
  await until("the answer", () => texts.length === 2);
});

test("a rule freezes at its moment, resolves its promise, and applies only once", async () => {
  const struck = proxy.add({ way: "down", at: { before: "INFO" }, action: { do: "freeze" } });
  const { texts } = dial();
  await struck;
  expect(texts).toEqual([]);
  proxy.thaw();
  await until("the greeting", () => texts.length === 1);
  await greeted();
});

test("a frozen way hides that the sender has gone until it is thawed", async () => {
  const { socket, closed } = await greeted();
  proxy.freeze("down");
  const gone = Promise.all([...server.clients].map((one) => new Promise((end) => one.on("close", end))));
  for (const one of server.clients) one.terminate();
  await gone;
  expect(socket.readyState).toBe(WebSocket.OPEN);
  proxy.thaw();
  expect(await closed).toBe(1006);
});

test("drops, replaces and inserts frames on both ways", async () => {
  void proxy.add({ way: "up", at: { before: "PUNG" }, action: { do: "replace", text: "PING" } });
  void proxy.add({ way: "up", at: { before: "PONG" }, action: { do: "drop" } });
  void proxy.add({ way: "up", at: { before: "LAST" }, action: { do: "say", text: "UP" } });
  void proxy.add({ way: "down", at: { before: "LAST" }, action: { do: "say", text: "DOWN" } });
  const { socket, texts } = await greeted();
  for (const text of ["PONG\r\n", "PUNG\r\n", "LAST\r\n"]) socket.send(Buffer.from(text));
  await until("the last", () => texts.includes("LAST\r\n"));
  expect(texts.slice(1)).toEqual(["PING", "UP", "DOWN", "LAST\r\n"]);
});

test("delays data by its latency, and limits bytes per second", async () => {
  const { socket, texts } = await greeted();
  const roundTrip = async (text: string): Promise<number> => {
    const [startedAtMs, before] = [performance.now(), texts.length];
    socket.send(Buffer.from(text));
    await until("it is back", () => texts.length > before);
    return performance.now() - startedAtMs;
  };
  for (const way of ["up", "down"] as const) proxy.setPace(way, { latencyMs: 100 });
  expect(await roundTrip("x")).toBeGreaterThanOrEqual(199);
  proxy.setPace("up", {});
  proxy.setPace("down", { bytesPerSecond: 10_000 });
  expect(await roundTrip("x".repeat(3000))).toBeGreaterThanOrEqual(290);
});

test("new connections are refused, ignored, reset, and forwarded again, as setReception says", async () => {
  /** @param patienceMs time without a message after which the connection counts as silent */
  const askPort = (patienceMs = 30_000): Promise<string> =>
    new Promise((resolve) => {
      const socket: Socket = connect(proxy.port, "127.0.0.1");
      socket.on("connect", () => socket.write("GET / HTTP/1.1\r\n\r\n"));
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
      socket.on("end", () => resolve("ended"));
      socket.on("data", () => resolve("answered"));
      socket.setTimeout(patienceMs, () => {
        resolve("silent");
        socket.destroy();
      });
    });
  await proxy.setReception("refuses");
  expect(await askPort()).toBe("ECONNREFUSED");
  await proxy.setReception("resets");
  expect(await askPort()).toBe("ECONNRESET");
  await proxy.setReception("silent");
  expect(await askPort(150)).toBe("silent");
  await proxy.setReception("open");
  expect(await askPort()).toBe("answered");
});

describe("protocols other than WebSocket", () => {
  let echo: Server;
  let path: FaultProxy;
  beforeEach(async () => {
    echo = createServer((socket) => socket.on("error", () => {}).pipe(socket));
    await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
    path = await FaultProxy.start({
      port: await freePort(),
      target: (echo.address() as AddressInfo).port,
      protocol: "tcp",
    });
  });
  afterEach(() => {
    path.close();
    echo.close();
  });

  /** A connection through the proxy to an echo server, and what it has received. */
  function talk(): { socket: Socket; heard: () => string } {
    let heard = "";
    const socket = connect(path.port, "127.0.0.1").on("error", () => {});
    socket.setEncoding("latin1").on("data", (text: string) => {
      heard += text;
    });
    return { socket, heard: () => heard };
  }

  test("bytes that are neither HTTP nor frames are forwarded as they arrive, including an empty line", async () => {
    const { socket, heard } = talk();
    for (const text of ["INFO {}\r\n", "\r\n\r\n", "GET ", "\x82\xff"]) socket.write(text, "latin1");
    await expect.poll(heard).toBe("INFO {}\r\n\r\n\r\nGET \x82\xff");
    socket.destroy();
  });

  test("refusing and a reset keep all clients out until it accepts again", async () => {
    const first = talk();
    first.socket.write("1");
    await until("it is back", () => first.heard() === "1");
    const gone = new Promise((resolve) => first.socket.once("close", resolve));
    await path.setReception("refuses");
    path.reset();
    await gone;
    const refused = talk();
    await new Promise((resolve) => refused.socket.once("close", resolve));
    await path.setReception("open");
    const again = talk();
    again.socket.write("2");
    await expect.poll(again.heard).toBe("2");
    again.socket.destroy();
  });

  test("when closed while another process has its port, it stops trying to listen", async () => {
    await path.setReception("refuses");
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(path.port, "127.0.0.1", resolve));
    const opening = path.setReception("open");
    path.close();
    await new Promise((resolve) => other.close(resolve));
    await opening;
    expect(await canListen(path.port)).toBe(true);
  });
});
