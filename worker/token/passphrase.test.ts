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

/** So long that a comparison that ends at the first difference can be told from one that doesn't. */
const LONG = "a".repeat(4000);
const WRONG_AT_ONCE = `b${LONG.slice(1)}`;
const WRONG_AT_LAST = `${LONG.slice(1)}b`;

const PAIRS = 24;
/**
 * Of pairs of batches, each of a guess that is wrong in its first letter and one that is wrong in its last, the share in
 * which the second took longer. Both of a pair are as likely to meet a busy moment, and each comes first as often.
 * @param batch so many that they take several milliseconds, which is how finely workerd's clock counts
 */
async function shareOfSlower(batch: number, compare: (guess: string) => unknown): Promise<number> {
  const timeOf = async (guess: string): Promise<number> => {
    // The clock moves with I/O alone.
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

/** How rarely 24 even chances fall to one side so much: 4 times in 100,000. */
const CLEAR = 22 / PAIRS;

test("how much of a passphrase is right can't be told by the time that its refusal takes", async () => {
  const endsAtFirstDifference = (guess: string): boolean => {
    for (let at = 0; at < LONG.length; at += 1) if (guess[at] !== LONG[at]) return false;
    return true;
  };
  // What is looked for can be seen in this way.
  expect(await shareOfSlower(900, endsAtFirstDifference)).toBeGreaterThanOrEqual(CLEAR);
  const gate = { kind: "passphrase", passphrase: LONG } as const;
  const noKeys = () => () => Promise.reject(new Error("unreachable in tests"));
  const share = await shareOfSlower(300, (guess) =>
    admit(gate, new Headers({ Authorization: `Bearer ${guess}` }), noKeys),
  );
  expect(Math.max(share, 1 - share)).toBeLessThan(CLEAR);
});
