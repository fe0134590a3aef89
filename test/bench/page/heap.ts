import type { Tab } from "./tab.ts";

/** A page's heap once everything unreachable is gone, in bytes. */
export async function heapAfterCollection(tab: Tab): Promise<number> {
  await tab.send("HeapProfiler.collectGarbage");
  const { usedSize } = await tab.send<{ usedSize: number }>("Runtime.getHeapUsage");
  return usedSize;
}
