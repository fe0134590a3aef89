import type { Clock } from "../options.ts";
import { within } from "../within.ts";

/** A PONG that takes longer than this is slow, milliseconds. */
const SLOW_PONG_MS = 1000;

/** After an unusual silence a PONG is slow sooner: after a few round trips, but not before this time, milliseconds. */
const SLOW_AFTER_SILENCE_MS = 250;
const USUAL_ROUND_TRIPS = 3;

/** Result of a ping: a PONG, other traffic (which proves life as well), or nothing within the time limit. */
export type PingResult =
  /** `slow`: the link was late, not this device. */
  | { readonly found: "pong"; readonly rttMs: number; readonly slow: boolean }
  | { readonly found: "traffic" }
  | { readonly found: "nothing"; readonly waitedMs: number };

/** The part of a connection that a ping needs. */
export interface PingTarget {
  readonly gone: Promise<void>;
  /** Frames received so far. */
  readonly framesReceived: number;
  /** The last measured round trip, milliseconds; null before the first. */
  readonly rttMs: number | null;
  /** Whether a busy connection has been silent for unusually long. */
  readonly isUnusuallySilent: boolean;
  flush(): Promise<void>;
}

/** Sends a PING and waits at most `timeoutMs` for a sign of life. */
export async function ping(link: PingTarget, clock: Clock, timeoutMs: number): Promise<PingResult> {
  const startedAtMs = clock.now();
  const framesBefore = link.framesReceived;
  let slow = false;
  // If this device was late, frames may be queued behind the timer: a second timer lets them in before the verdict.
  let cancelSlow = clock.after(slowAfterMs(link), () => {
    cancelSlow = clock.after(0, () => {
      slow = link.framesReceived === framesBefore;
    });
  });
  const pong = link.flush().then(() => "pong" as const);
  const ended = link.gone.then(() => null);
  const found = await within(clock, timeoutMs, Promise.race([pong, ended]), null);
  cancelSlow();
  if (found === "pong") return { found, rttMs: clock.now() - startedAtMs, slow };
  await within(clock, 0, ended, null);
  if (link.framesReceived > framesBefore) return { found: "traffic" };
  return { found: "nothing", waitedMs: clock.now() - startedAtMs };
}

function slowAfterMs({ isUnusuallySilent, rttMs }: PingTarget): number {
  if (!isUnusuallySilent || rttMs === null) return SLOW_PONG_MS;
  return Math.min(SLOW_PONG_MS, Math.max(SLOW_AFTER_SILENCE_MS, USUAL_ROUND_TRIPS * rttMs));
}
