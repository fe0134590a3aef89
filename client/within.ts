import type { Clock } from "./options.ts";

/** `promise`, or `otherwise` once `timeoutMs` has passed or if it rejects. */
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
