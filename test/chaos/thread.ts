/** One thread of the crew: mutates the client if told to, then plays its schedules. */
import { registerHooks } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import type { Mutation, Task } from "./crew.ts";

function mutate({ file, text, replacement }: Mutation): void {
  const ending = `/client/${file}`;
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.endsWith(ending)) return loaded;
      const source = String(loaded.source);
      if (source.split(text).length !== 2) throw new Error(`${file} doesn't hold this text once: ${text}`);
      return { ...loaded, source: source.replace(text, () => replacement) };
    },
  });
}

const task = workerData as Task;
if (task.mutation !== undefined) mutate(task.mutation);
const { campaign, untilViolated } = await import("./play.ts");
const played = task.mutation === undefined || task.shrunk ? campaign : untilViolated;
parentPort?.postMessage(await played(task.count, task.firstSeed, task.stride));
