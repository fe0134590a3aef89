import { connect } from "@nats-io/transport-node";
import { expect, test, vi } from "vitest";
import { startSimulator } from "../simulator/index.ts";
import { startPublisher } from "./publisher.ts";

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

test("a server that goes on refusing it, as the demo's can, is taken up again once it doesn't", async () => {
  const simulator = await startSimulator();
  const publisher = await startPublisher(simulator.tcpUrl, { everyMs: 5 });
  const refusal = simulator.faults.rejectToken();
  await simulator.faults.kill({ downMs: 0 }).over;
  const refusals = () => simulator.events.entries.filter(({ event }) => event === "error").length;
  // At the second in a row a client with the usual options gives up for good.
  await vi.waitFor(() => expect(refusals()).toBeGreaterThanOrEqual(3), { timeout: 10_000 });
  const before = simulator.events.totals.receivedMessages;
  refusal.clear();
  await vi.waitFor(() => expect(simulator.events.totals.receivedMessages).toBeGreaterThan(before), {
    timeout: 10_000,
  });
  await publisher.stop();
  await simulator.stop();
}, 30_000);
