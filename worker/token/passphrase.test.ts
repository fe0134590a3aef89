import { expect, test } from "vitest";
import { admit } from "./gate.ts";
import { ask, JWT_MODE, PASSPHRASE } from "./testing.ts";

test.each([undefined, "Bearer ", "Bearer correct", `Bearer ${PASSPHRASE}!`, `Basic ${PASSPHRASE}`])(
  "a passphrase isn't %s",
  async (authorization) => {
    const settings = { ...JWT_MODE, AUTH_GATE: "passphrase", PASSPHRASE };
    const headers: Record<string, string> =
      authorization === undefined ? {} : { Authorization: authorization };
    const answer = await ask({ settings, headers });
    expect([answer.status, answer.headers.get("WWW-Authenticate")]).toEqual([401, "Bearer"]);
  },
);

/** Long enough to measure whether a comparison ends at the first difference. */
const LONG = "a".repeat(4000);
const WRONG_AT_ONCE = `b${LONG.slice(1)}`;
const WRONG_AT_LAST = `${LONG.slice(1)}b`;

const PAIRS = 24;
/**
 * Compares batches of guesses that are wrong in the first letter with batches wrong in the last one, in pairs: returns the
 * share of pairs in which the second kind took longer. Each kind runs first equally often.
 * @param batch guesses per batch; enough to take several milliseconds, the resolution of workerd's clock
 */
async function shareOfSlower(batch: number, compare: (guess: string) => unknown): Promise<number> {
  const timeOf = async (guess: string): Promise<number> => {
    // workerd's clock advances only with I/O.
    await scheduler.wait(0);
    const startedAtMs = performance.now();
    for (let count = 0; count < batch; count += 1) await compare(guess);
    await scheduler.wait(0);
    return performance.now() - startedAtMs;
  };
  let slower = 0;
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const guesses = [WRONG_AT_ONCE, WRONG_AT_LAST];
    if (pair % 2 === 1) guesses.reverse();
    const [first, second] = [await timeOf(guesses[0] ?? ""), await timeOf(guesses[1] ?? "")];
    const differenceMs = pair % 2 === 1 ? first - second : second - first;
    slower += differenceMs > 0 ? 1 : differenceMs === 0 ? 0.5 : 0;
  }
  return slower / PAIRS;
}

/** A share that 24 fair coin tosses reach with a probability of 4 in 100,000. */
const CLEAR = 22 / PAIRS;

test("the time of a refusal doesn't reveal how much of a passphrase is right", async () => {
  const endsAtFirstDifference = (guess: string): boolean => {
    for (let at = 0; at < LONG.length; at += 1) if (guess[at] !== LONG[at]) return false;
    return true;
  };
  // A comparison that ends at the first difference is detected in this way.
  expect(await shareOfSlower(900, endsAtFirstDifference)).toBeGreaterThanOrEqual(CLEAR);
  const gate = { kind: "passphrase", passphrase: LONG } as const;
  const noKeys = () => () => Promise.reject(new Error("unreachable in tests"));
  const share = await shareOfSlower(300, (guess) =>
    admit(gate, new Headers({ Authorization: `Bearer ${guess}` }), noKeys),
  );
  expect(Math.max(share, 1 - share)).toBeLessThan(CLEAR);
});
