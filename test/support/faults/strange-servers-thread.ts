/** Runs the strange servers in a thread of their own: what they send in bursts must not hold up whoever measures. */
import { parentPort } from "node:worker_threads";
import { startStrangeServers } from "./strange-servers.ts";

const { addresses } = await startStrangeServers();
parentPort?.postMessage(addresses);
