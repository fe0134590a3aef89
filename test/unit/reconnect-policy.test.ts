/** The goals of the default reconnect delays: many clients spread their dials, and are back soon. */
import { expect, test } from "vitest";
import { delayMs } from "../../client/backoff.ts";
import { DEFAULT_TUNABLES } from "../../client/index.ts";
import { Random } from "../chaos/random.ts";

const options = DEFAULT_TUNABLES.reconnect;

/** Times at which a client dials in the first `forMs` after it lost its server. */
function dialsOf(random: () => number, forMs: number): number[] {
  const dials: number[] = [];
  let atMs = 0;
  for (let attempt = 1; ; attempt += 1) {
    atMs += delayMs(attempt, atMs, options, random());
    if (atMs > forMs) return dials;
    dials.push(atMs);
  }
}

test("when many clients lose their server at once, at most an eighth of them dials within any 100 ms", () => {
  const clients = 5000;
  const random = new Random(1);
  const dials = Array.from({ length: clients }, () => dialsOf(random.next, 6000)).flat();
  const perMs = new Uint32Array(6001);
  for (const atMs of dials) perMs[atMs] = (perMs[atMs] ?? 0) + 1;
  let within = 0;
  let most = 0;
  for (const [atMs, count] of perMs.entries()) {
    within += count - (perMs[atMs - 100] ?? 0);
    most = Math.max(most, within);
  }
  expect(most / clients).toBeLessThan(0.125);
});

test("after an outage of 0.5 to 5 s, half of the clients are back within 0.75 s", () => {
  const random = new Random(2);
  const waits = Array.from({ length: 5000 }, () => {
    const outageMs = 500 + random.next() * 4500;
    const back = dialsOf(random.next, 30_000).find((atMs) => atMs >= outageMs) ?? Number.POSITIVE_INFINITY;
    return back - outageMs;
  });
  expect(waits.sort((a, b) => a - b)[2500]).toBeLessThan(750);
});
