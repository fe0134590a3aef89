import { setTimeout as pause } from "node:timers/promises";
import type { NatsServer } from "../server.ts";

/** How a lame duck takes its time, milliseconds; the settings' values where left out. */
export interface LameDuckTimes {
  /** Before the first client is closed. */
  readonly graceMs?: number;
  /** Until the last one is, the grace included. */
  readonly durationMs?: number;
}

/**
 * Closes a server's clients one by one, spread over its time, so that they don't all dial elsewhere at once.
 * Once aborted it leaves those that are still there alone.
 */
export async function closeOneByOne(
  { settings, connections }: NatsServer,
  { graceMs = settings.lameDuckGraceMs, durationMs = settings.lameDuckDurationMs }: LameDuckTimes,
  signal: AbortSignal,
): Promise<"over" | "cleared"> {
  try {
    await pause(graceMs, undefined, { signal });
    const clients = [...connections.values()];
    const stepMs = Math.max(0, durationMs - graceMs) / Math.max(1, clients.length);
    for (const connection of clients) {
      connection.close("serverShutdown");
      await pause(stepMs, undefined, { signal });
    }
    return "over";
  } catch {
    return "cleared";
  }
}
