import { expect, test } from "vitest";
import { Running } from "../serve/command.ts";
import { ProductError } from "../serve/supervisor.ts";
import { startSimulator } from "../simulator/index.ts";
import { freePort } from "../test/support/tools/ports.ts";
import { findNats } from "./nats.ts";
import { makePlan } from "./plan.ts";

test("reports in one line that the simulator's port was taken after the check", async () => {
  const taker = await startSimulator();
  try {
    const { port } = new URL(taker.tcpUrl.replace("nats:", "http:"));
    const plan = {
      ...(await makePlan({ PORT: String(await freePort()) }, {})),
      simulatorPort: Number(port),
    };
    const found = findNats(plan, new Running());
    await expect(found).rejects.toBeInstanceOf(ProductError);
    await expect(found).rejects.toThrow(`127.0.0.1:${port}`);
  } finally {
    await taker.stop();
  }
});
