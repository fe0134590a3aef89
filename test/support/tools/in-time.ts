/** Whether a promise settles within a limit, by a timer of this process, so that a busy machine delays both. */
export async function isInTime(limitMs: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((settle) => {
    // Events that were due earlier are handled first.
    timer = setTimeout(() => setTimeout(settle, 20, false), limitMs);
  });
  return Promise.race([promise.then(() => true), late]).finally(() => clearTimeout(timer));
}
