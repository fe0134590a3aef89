import { expect, test } from "vitest";
import { statusBytes } from "../bench/worker/hostile.ts";
import { besiege } from "../support/hostile.ts";

test("a hostile server takes neither /readyz nor /livez nor the memory with it", {
  timeout: 240_000,
}, async () => {
  const sieges = await besiege();
  const overrun = sieges.filter(({ readyzMs, grownBytes }) => readyzMs > 4500 || grownBytes > 100_000_000);
  expect(overrun).toEqual([]);
  // Alone it takes a few milliseconds; the test's machine may be busy, and an edge that is taken along is silent for seconds.
  expect(sieges.filter(({ livezMs }) => livezMs > 1000)).toEqual([]);
});

test("the largest /api/status is small", () => {
  expect(statusBytes().ours).toBeLessThanOrEqual(30_000);
});
