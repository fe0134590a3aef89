import { Agent, get } from "node:http";

/** As many connections as a busy monitoring system keeps open. */
const CONNECTIONS = 64;

/** How the answers to a flood came. */
export interface Flood {
  /** From when a ping was due to the end of its answer, milliseconds, in no order. */
  readonly timesMs: readonly number[];
  readonly tookMs: number;
}

/**
 * Offers `pings` GETs evenly over `overMs` milliseconds, however slowly they are answered; 0 offers all at once.
 * @throws Error when one isn't answered with 200
 */
export async function flood(url: string, pings: number, overMs: number): Promise<Flood> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const startedAtMs = performance.now();
  const answers: Promise<number>[] = [];
  const dueMs = (index: number): number => startedAtMs + (overMs * index) / pings;
  try {
    await new Promise<void>((resolve) => {
      const offer = (): void => {
        while (answers.length < pings && dueMs(answers.length) <= performance.now()) {
          const due = dueMs(answers.length);
          answers.push(ping(`${url}?x=${answers.length}`, agent).then(() => performance.now() - due));
        }
        if (answers.length < pings) setTimeout(offer, 1);
        else resolve();
      };
      offer();
    });
    return { timesMs: await Promise.all(answers), tookMs: performance.now() - startedAtMs };
  } finally {
    agent.destroy();
  }
}

function ping(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      response.resume();
      response.once("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url} says ${response.statusCode}`));
      });
    });
    request.once("error", reject);
  });
}

/** The time within which `share` of the answers came. */
export function percentile(timesMs: readonly number[], share: number): number {
  const sorted = [...timesMs].sort((a, b) => a - b);
  return Math.round((sorted[Math.ceil(sorted.length * share) - 1] ?? 0) * 10) / 10;
}
