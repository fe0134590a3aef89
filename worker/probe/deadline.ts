/** Marks that a deadline passed first. */
export const TOO_LATE = Symbol("too late");

/** `promise`, or `TOO_LATE` after `limitMs`; a later rejection of `promise` is swallowed. */
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

/** What comes of a body within `limitMs`, until it ends or breaks; the rest of it is cancelled. */
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
    // It broke, which is an end too.
  } finally {
    await reader.cancel().catch(() => {});
  }
}
