import { expect, test } from "vitest";
import { growthOfToggling } from "../support/clients/toggle-heap.ts";
import { startNatsServer } from "../support/servers/nats-server.ts";

/** `npm run bench -- client` repeats it 10,000 times. A leaked link takes kilobytes, so this smaller number shows it too. */
const TOGGLES = 1000;
const LIMIT_BYTES = 500_000;

test(`${TOGGLES} starts and stops leave nothing behind, on the server or on the heap`, async () => {
  const broker = await startNatsServer();
  try {
    expect(await growthOfToggling(broker, TOGGLES)).toBeLessThan(LIMIT_BYTES);
  } finally {
    await broker.stop();
  }
});
