/** Result of `within` if the deadline passed first. */
export const TOO_LATE = Symbol("too late");

/** Resolves to `promise`, or to `TOO_LATE` after `limitMs`; ignores a later rejection of `promise`. */
export async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | typeof TOO_LATE> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<typeof TOO_LATE>((resolve) => {
    timer = setTimeout(() => resolve(TOO_LATE), limitMs);
  });
  promise.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Yields the chunks of a body that arrive within `limitMs`; never throws, and cancels the rest of the body. */
export async function* chunksWithin(limitMs: number, body: ReadableStream): AsyncGenerator<Uint8Array> {
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  const deadlineMs = Date.now() + limitMs;
  try {
    for (;;) {
      const next = await within(Math.max(0, deadlineMs - Date.now()), reader.read());
      if (next === TOO_LATE || next.done) return;
      yield next.value;
    }
  } catch {
    // A broken stream ends like a complete one.
  } finally {
    await reader.cancel().catch(() => {});
  }
}
