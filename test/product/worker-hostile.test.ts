import { expect, test } from "vitest";
import { statusBytes } from "../bench/worker/hostile.ts";
import { besiege, LATER_MS, type Siege } from "../support/faults/hostile.ts";

const isLate = ({ livezMs, quietLivezMs }: Siege): boolean => livezMs > quietLivezMs + LATER_MS;

test("a hostile server takes neither /readyz nor /livez nor the memory with it", async () => {
  const sieges = await besiege();
  const overrun = sieges.filter(({ readyzMs, grownBytes }) => readyzMs > 4500 || grownBytes > 100_000_000);
  expect(overrun).toEqual([]);
  // What others do to a busy machine comes and goes; what an attack does, it does each time.
  for (const { server } of sieges.filter(isLate)) {
    const again = await besiege([server, server]);
    expect(again.filter(isLate).length, JSON.stringify(again)).toBeLessThan(again.length);
  }
});

test("many looks at one keep no more of it than one does", async () => {
  const [siege] = await besiege(["sends 31 MB of MSG in a frame"], 4);
  expect(siege?.grownBytes).toBeLessThan(130_000_000);
});

test("the largest /api/status is small", () => {
  expect(statusBytes().ours).toBeLessThanOrEqual(30_000);
});
