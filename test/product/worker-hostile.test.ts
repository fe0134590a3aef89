import { expect, test } from "vitest";
import { statusBytes } from "../bench/worker/hostile.ts";
import { besiege, LATER_MS } from "../support/faults/hostile.ts";

test("a hostile server takes neither /readyz nor /livez nor the memory with it", {
  timeout: 240_000,
}, async () => {
  const sieges = await besiege();
  const overrun = sieges.filter(({ readyzMs, grownBytes }) => readyzMs > 4500 || grownBytes > 100_000_000);
  expect(overrun).toEqual([]);
  expect(sieges.filter(({ livezMs, quietLivezMs }) => livezMs > quietLivezMs + LATER_MS)).toEqual([]);
});

test("many looks at one keep no more of it than one does", { timeout: 60_000 }, async () => {
  const [siege] = await besiege(["sends 31 MB of MSG in a frame"], 4);
  expect(siege?.grownBytes).toBeLessThan(130_000_000);
});

test("the largest /api/status is small", () => {
  expect(statusBytes().ours).toBeLessThanOrEqual(30_000);
});
