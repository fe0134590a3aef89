/** Interval between checks of a condition without an event. */
const POLL_EVERY_MS = 25;

/** Default deadline: long enough for an election of clustered servers, or for a busy machine. */
const DEADLINE_MS = 30_000;

/** Extra time for a check that began before the deadline, because it may wait for limits of its own. */
const GRACE_MS = 10_000;

/**
 * Waits until `look` returns something truthy, and returns it. For states that
 * announce no event, such as another process's `/connz`.
 * @param what name of the awaited thing in the error at the deadline, with the last value
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + deadlineMs;
  let seen: unknown;
  for (;;) {
    try {
      const value = await inTime(look(), deadline - performance.now());
      if (value) return value;
      seen = value;
    } catch (error) {
      seen = error;
    }
    if (performance.now() > deadline)
      throw new Error(`not within ${deadlineMs} ms: ${what}; last: ${show(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY_MS));
  }
}

/** Ends a check that never settles, which would otherwise hang the test without a message. */
async function inTime<T>(look: T | Promise<T>, withinMs: number): Promise<T> {
  if (!(look instanceof Promise)) return look;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error("the check didn't finish")), Math.max(0, withinMs) + GRACE_MS);
  });
  return Promise.race([look, late]).finally(() => clearTimeout(timer));
}

/** Waits until `look` returns `wanted`, compared as JSON. @throws Error at the deadline that shows both values */
export async function untilEqual<T>(
  look: () => T | Promise<T>,
  wanted: T,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  let seen: T | undefined;
  const equal = async (): Promise<boolean> => {
    seen = await look();
    return JSON.stringify(seen) === JSON.stringify(wanted);
  };
  await until(`${JSON.stringify(wanted)}`, equal, deadlineMs).catch((error: Error) => {
    throw new Error(`${error.message}; last value: ${JSON.stringify(seen)}`);
  });
}

function show(seen: unknown): string {
  return seen instanceof Error ? seen.message : String(JSON.stringify(seen));
}
