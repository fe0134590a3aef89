import type { Clock } from "./options.ts";

/** Resolves as `promise` does; with `otherwise` if that rejects or takes longer than `timeoutMs`. */
export async function within<T>(
  clock: Clock,
  timeoutMs: number,
  promise: Promise<T>,
  otherwise: T,
): Promise<T> {
  let cancel = () => {};
  const late = new Promise<T>((settle) => {
    cancel = clock.after(timeoutMs, () => settle(otherwise));
  });
  const found = await Promise.race([promise.catch(() => otherwise), late]);
  cancel();
  return found;
}
