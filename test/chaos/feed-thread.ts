/** Thread that plays schedules of a feed, on a mutant if the task has one. */
import { parentPort, workerData } from "node:worker_threads";
import { mutate } from "./mutate.ts";
import { makeQuick } from "./quick-thread.ts";
import type { Task } from "./threads.ts";

makeQuick();
const task = workerData as Task;
if (task.mutation !== undefined) mutate(task.mutation);
const { feedCampaign } = await import("./feed-play.ts");
parentPort?.postMessage(await feedCampaign(task.count, task.firstSeed, task.stride));
