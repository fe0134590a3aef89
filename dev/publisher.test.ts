import { connect } from "@nats-io/transport-node";
import { expect, onTestFinished, test, vi } from "vitest";
import { startSimulator } from "../simulator/index.ts";
import { type SampleMessage, startPublisher } from "./publisher.ts";

/** Time limit of one wait that a busy machine can meet. */
const PATIENT = { timeout: 30_000 };
/** Longer than all waits of a test together, so that the one that fails says what it waited for. */
const TEST_LIMIT_MS = 150_000;

test("a subscriber receives as many messages as `published` counts, and none after stop", async () => {
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

test(
  "reconnects to a server that refused it several times in a row, as the demo's can, once the server accepts it",
  async () => {
    const simulator = await startSimulator();
    const publisher = await startPublisher(simulator.tcpUrl, { everyMs: 5 });
    const refusal = simulator.faults.rejectToken();
    await simulator.faults.kill({ downMs: 0 }).over;
    const refusals = () => simulator.events.entries.filter(({ event }) => event === "error").length;
    // With default options a client gives up for good at the second refusal in a row.
    await vi.waitFor(() => expect(refusals()).toBeGreaterThanOrEqual(3), PATIENT);
    const before = simulator.events.totals.receivedMessages;
    refusal.clear();
    await vi.waitFor(() => expect(simulator.events.totals.receivedMessages).toBeGreaterThan(before), PATIENT);
    await publisher.stop();
    await simulator.stop();
  },
  TEST_LIMIT_MS,
);

test(
  "reports once that a message exceeds a lowered max_payload, and publishes again when the limit is raised",
  async () => {
    const warned = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    onTestFinished(() => warned.mockRestore());
    const simulator = await startSimulator();
    let made = 0;
    const messages = (function* (): Generator<SampleMessage, never> {
      for (;;) yield { subject: "egos.a", payload: String(made++).padStart(20) };
    })();
    const publisher = await startPublisher(simulator.tcpUrl, { everyMs: 2, messages });
    const announced = simulator.faults.announce({ max_payload: 10 });
    await vi.waitFor(() => expect(warned).toHaveBeenCalled(), PATIENT);
    const [published, seen] = [publisher.published, made];
    await vi.waitFor(() => expect(made).toBeGreaterThan(seen + 3), PATIENT);
    expect(publisher.published).toBe(published);
    expect(warned.mock.calls).toEqual([
      [expect.stringMatching(/^A sample message on egos\.a .*max_payload/)],
    ]);
    await announced.clear();
    await vi.waitFor(() => expect(publisher.published).toBeGreaterThan(published), PATIENT);
    await publisher.stop();
    await simulator.stop();
  },
  TEST_LIMIT_MS,
);
