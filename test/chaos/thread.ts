/** Thread that plays schedules of the client, on a mutant if the task has one. */
import { parentPort, workerData } from "node:worker_threads";
import { mutate } from "./mutate.ts";
import { makeQuick } from "./quick-thread.ts";
import type { Task } from "./threads.ts";

makeQuick();
const task = workerData as Task;
if (task.mutation !== undefined) mutate(task.mutation);
const { campaign, untilViolated } = await import("./play.ts");
const played = task.mutation === undefined || task.shrunk ? campaign : untilViolated;
parentPort?.postMessage(await played(task.count, task.firstSeed, task.stride));
