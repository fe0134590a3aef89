/** A session of the DevTools protocol, of any driver. */
interface HeapSession {
  send(method: "HeapProfiler.collectGarbage" | "Runtime.getHeapUsage"): Promise<unknown>;
}

/** A page's heap after a full garbage collection, bytes. */
export async function heapAfterCollection(session: HeapSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = (await session.send("Runtime.getHeapUsage")) as { usedSize: number };
  return usedSize;
}
