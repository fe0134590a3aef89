import { connect } from "@nats-io/transport-node";
import { expect, test } from "vitest";
import { startPublisher } from "./publisher.ts";
import { startSimulator } from "./simulator/index.ts";

test("what it says it published is what a subscriber gets, and after stop there is no more", async () => {
  const simulator = await startSimulator();
  const reader = await connect({ servers: simulator.tcpUrl });
  let received = 0;
  const enough = new Promise<void>((resolve) => {
    reader.subscribe("egos.>", {
      callback: () => {
        received += 1;
        if (received === 20) resolve();
      },
    });
  });
  await reader.flush();
  const publisher = await startPublisher(simulator.tcpUrl, { everyMs: 2 });
  await enough;
  await publisher.stop();
  await reader.flush();
  expect(received).toBe(publisher.published);
  await reader.close();
  await simulator.stop();
});
