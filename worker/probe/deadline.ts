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
