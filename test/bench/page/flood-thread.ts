/** The thread of a flood: prepares its events, publishes them at an even pace, and reports how many it sent. */
import { parentPort, workerData } from "node:worker_threads";
import { sampleEvents } from "../../../dev/sample-events.ts";
import { publishSteadily } from "../../support/clients/pace.ts";
import { connectPublisher } from "../../support/clients/publisher.ts";
import { FEEDS, type FeedId } from "../../support/page/dashboard.ts";
import type { Flooded, FloodTask } from "./flood.ts";

/** Different events, which are repeated; too many for the page's caches. */
const EVENTS = 20_000;

interface ReadyMessage {
  readonly subject: string;
  readonly payload: Uint8Array;
}

function readyMessages(): readonly ReadyMessage[] {
  const encoder = new TextEncoder();
  const events = sampleEvents(Math.random);
  return Array.from({ length: EVENTS }, () => {
    const { subject, event } = events.next().value;
    return { subject, payload: encoder.encode(JSON.stringify(event)) };
  });
}

const task = workerData as FloodTask;
const messages = readyMessages();
const bySubject = new Map<string, number>();
const publisher = await connectPublisher(task.tcpUrl);
const startedAtMs = performance.now();
const total = await publishSteadily(publisher, task, (index) => {
  const message = messages[index % EVENTS] as ReadyMessage;
  bySubject.set(message.subject, (bySubject.get(message.subject) ?? 0) + 1);
  return message;
});
const tookMs = performance.now() - startedAtMs;
await publisher.close();
const sentOf = (feed: FeedId) => bySubject.get(FEEDS[feed]) ?? 0;
const flooded: Flooded = {
  sent: { sparc: sentOf("sparc"), llm: sentOf("llm"), propagation: sentOf("propagation") },
  perSecond: (total / tookMs) * 1000,
};
parentPort?.postMessage(flooded);
