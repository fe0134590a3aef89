import { Agent, get } from "node:http";

/** Open connections, like those of a large monitoring system. */
const CONNECTIONS = 64;

/** Results of a flood. */
export interface Flood {
  /** From each request's scheduled time to the end of its response, milliseconds, unordered. */
  readonly timesMs: readonly number[];
  readonly tookMs: number;
}

/**
 * Schedules `pings` GETs evenly over `overMs` milliseconds, independent of the responses; 0 sends all at once.
 * @throws Error if a response isn't 200
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
        else reject(new Error(`${url} answers ${response.statusCode}`));
      });
    });
    request.once("error", reject);
  });
}

/** The time within which `share` of the responses arrived. */
export function percentile(timesMs: readonly number[], share: number): number {
  const sorted = [...timesMs].sort((a, b) => a - b);
  return Math.round((sorted[Math.ceil(sorted.length * share) - 1] ?? 0) * 10) / 10;
}
