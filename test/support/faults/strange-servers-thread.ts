/** Runs the strange servers in a separate thread, so that their bursts don't delay measurements. */
import { parentPort } from "node:worker_threads";
import { startStrangeServers } from "./strange-servers.ts";

const { addresses } = await startStrangeServers();
parentPort?.postMessage(addresses);
