import { expect, test } from "vitest";
import { isRawNatsPort } from "../serve/settings/raw-nats.ts";
import { startSimulator } from "../simulator/index.ts";

test("recognizes NATS's plain TCP port, and neither its WebSocket port nor a closed port", async () => {
  const simulator = await startSimulator();
  const plain = simulator.tcpUrl.replace("nats:", "ws:");
  expect(await isRawNatsPort(plain)).toBe(true);
  expect(await isRawNatsPort(simulator.webSocketUrl)).toBe(false);
  await simulator.stop();
  expect(await isRawNatsPort(plain)).toBe(false);
});
