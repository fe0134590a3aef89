import { setTimeout as pause } from "node:timers/promises";
import type { NatsConnection } from "@nats-io/transport-node";

export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
  /** Ends the publishing early. */
  readonly signal?: AbortSignal;
}

/** The message with an index, counted from 0. */
export type Messages = (index: number) => { readonly subject: string; readonly payload: string | Uint8Array };

/** Short enough that a page sees a steady stream, not bursts. */
const STEP_MS = 10;

/** Publishes at an even pace, and catches up when this process was delayed. Resolves with the number of messages. */
export async function publishSteadily(nats: NatsConnection, pace: Pace, messages: Messages): Promise<number> {
  const total = Math.round(pace.perSecond * pace.seconds);
  const startedAtMs = performance.now();
  let sent = 0;
  while (sent < total && !pace.signal?.aborted) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAtMs) / 1000) * pace.perSecond));
    for (; sent < due; sent += 1) {
      const { subject, payload } = messages(sent);
      nats.publish(subject, payload);
    }
    // A fixed wait, because it is the pace: there is no event to wait for.
    await pause(STEP_MS);
  }
  await nats.flush();
  return sent;
}
