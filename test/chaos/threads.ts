import { Worker } from "node:worker_threads";
import type { Campaign } from "./play.ts";

/** A change to a source file of the client: the text must stand in it exactly once. */
export interface Mutation {
  /** As it is named in client/, such as `state.ts`. */
  readonly file: string;
  readonly text: string;
  readonly replacement: string;
}

/** What one of the threads is given. */
export interface Task {
  readonly count: number;
  readonly firstSeed: number;
  readonly stride: number;
  /** A campaign on a mutant ends at its first violation, unless that is to be shrunk. */
  readonly mutation?: Mutation;
  readonly shrunk?: boolean;
}

/** Plays a task in a thread of its own, so that a mutant's code touches nothing else. */
export function playInThread(task: Task): Promise<Campaign> {
  const worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData: task });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`a chaos thread ended with ${code} before its result`)));
  });
}

/** Shares the seeds from `firstSeed` on among `threads` threads. */
export async function playTogether(schedules: number, firstSeed: number, threads: number): Promise<Campaign> {
  const shares = Array.from({ length: threads }, (_, i) =>
    playInThread({
      count: Math.floor((schedules + threads - 1 - i) / threads),
      firstSeed: firstSeed + i,
      stride: threads,
    }),
  );
  const parts = await Promise.all(shares);
  return {
    schedules: parts.reduce((sum, part) => sum + part.schedules, 0),
    steps: parts.reduce((sum, part) => sum + part.steps, 0),
    violations: parts.reduce((sum, part) => sum + part.violations, 0),
    firstViolation: parts.find((part) => part.firstViolation !== null)?.firstViolation ?? null,
  };
}
