import { createServer } from "node:net";
import { expect, test } from "vitest";
import { isPortFree, parsePort } from "./port.ts";
import { isRawNatsPort } from "./raw-nats.ts";
import { startSimulator } from "./simulator/index.ts";

test.each([
  ["1", 1],
  ["65535", 65_535],
  ["0", null],
  ["65536", null],
  ["", null],
  ["80 ", null],
  ["-1", null],
  ["1e3", null],
  ["0x50", null],
])("the port %j is %j", (text, port) => {
  expect(parsePort(text)).toBe(port);
});

test.each(["127.0.0.1", "::1"])("a port is taken when somebody listens on %s", async (host) => {
  const taker = createServer();
  await new Promise<void>((resolve) => taker.listen(0, host, resolve));
  const { port } = taker.address() as { port: number };
  expect(await isPortFree(port)).toBe(false);
  await new Promise((resolve) => taker.close(resolve));
  expect(await isPortFree(port)).toBe(true);
});

test("NATS's plain port greets, its WebSocket port waits, and nobody says nothing", async () => {
  const simulator = await startSimulator();
  const plain = simulator.tcpUrl.replace("nats:", "ws:");
  expect(await isRawNatsPort(plain)).toBe(true);
  expect(await isRawNatsPort(simulator.webSocketUrl)).toBe(false);
  await simulator.stop();
  expect(await isRawNatsPort(plain)).toBe(false);
});
