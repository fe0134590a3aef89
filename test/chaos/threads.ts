import { Worker } from "node:worker_threads";
import type { Campaign } from "./play.ts";

/** A change to a source file of the client, which must contain `text` exactly once. */
export interface Mutation {
  /** Path below client/, such as `state.ts`. */
  readonly file: string;
  readonly text: string;
  readonly replacement: string;
}

/** Input of one thread. */
export interface Task {
  readonly count: number;
  readonly firstSeed: number;
  readonly stride: number;
  /** If given, the thread plays this mutant, until the first violation unless `shrunk` is set. */
  readonly mutation?: Mutation;
  readonly shrunk?: boolean;
}

/** Runs `script` with a task in a thread of its own, so that a mutant affects nothing else. */
export function runThread<Played>(script: URL, task: Task): Promise<Played> {
  const worker = new Worker(script, { workerData: task });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) =>
      reject(new Error(`a chaos thread exited with code ${code} before it sent its result`)),
    );
  });
}

/** Distributes `count` seeds from `firstSeed` on among `threads` threads. */
export function runThreads<Played>(
  script: URL,
  count: number,
  firstSeed: number,
  threads: number,
): Promise<Played[]> {
  const shares = Array.from({ length: threads }, (_, i) =>
    runThread<Played>(script, {
      count: Math.floor((count + threads - 1 - i) / threads),
      firstSeed: firstSeed + i,
      stride: threads,
    }),
  );
  return Promise.all(shares);
}

const CLIENT_THREAD = new URL("./thread.ts", import.meta.url);

/** Plays lives of the client in a thread of its own. */
export function playInThread(task: Task): Promise<Campaign> {
  return runThread(CLIENT_THREAD, task);
}

/** Plays lives of the client in several threads, and adds up the results. */
export async function playTogether(schedules: number, firstSeed: number, threads: number): Promise<Campaign> {
  const parts = await runThreads<Campaign>(CLIENT_THREAD, schedules, firstSeed, threads);
  return {
    schedules: parts.reduce((sum, part) => sum + part.schedules, 0),
    steps: parts.reduce((sum, part) => sum + part.steps, 0),
    violations: parts.reduce((sum, part) => sum + part.violations, 0),
    firstViolation: parts.find((part) => part.firstViolation !== null)?.firstViolation ?? null,
  };
}
