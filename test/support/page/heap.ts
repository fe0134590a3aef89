/** What a heap is read by: a session of the DevTools protocol, whoever holds it. */
interface HeapSession {
  send(method: "HeapProfiler.collectGarbage" | "Runtime.getHeapUsage"): Promise<unknown>;
}

/** A page's heap once everything unreachable is gone, in bytes. */
export async function heapAfterCollection(session: HeapSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = (await session.send("Runtime.getHeapUsage")) as { usedSize: number };
  return usedSize;
}
