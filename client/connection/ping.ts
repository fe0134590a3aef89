import type { Clock } from "../options.ts";
import { within } from "../within.ts";

/** A PONG that takes longer than this, milliseconds, comes over a slow link … */
const SLOW_PONG_MS = 1000;

/** … and after a silence that its pace doesn't explain already one that takes so long, and longer than is usual. */
const SLOW_AFTER_SILENCE_MS = 250;
const USUAL_ROUND_TRIPS = 3;

/** What a ping found: a PONG, other traffic (which proves life as well), or nothing. */
export type PingResult =
  /** `slow` when the link was late though this side wasn't. */
  | { readonly found: "pong"; readonly rttMs: number; readonly slow: boolean }
  | { readonly found: "traffic" }
  | { readonly found: "nothing"; readonly waitedMs: number };

/** The part of a connection that is asked for a sign of life. */
export interface Pinged {
  readonly gone: Promise<void>;
  /** How many frames have come. */
  readonly framesReceived: number;
  /** The last measured round trip, milliseconds; null before the first. */
  readonly rttMs: number | null;
  /** Whether it is silent for longer than its pace explains. */
  readonly isOddlySilent: boolean;
  flush(): Promise<void>;
}

/** Asks for a sign of life and waits for it at most `timeoutMs`. */
export async function ping(link: Pinged, clock: Clock, timeoutMs: number): Promise<PingResult> {
  const startedAtMs = clock.now();
  const framesBefore = link.framesReceived;
  let slow = false;
  // Frames may be waiting behind a timer when this side was late: let them in before anything is concluded.
  let cancelSlow = clock.after(slowAfterMs(link), () => {
    cancelSlow = clock.after(0, () => {
      slow = link.framesReceived === framesBefore;
    });
  });
  const pong = link.flush().then(() => "pong" as const);
  const over = link.gone.then(() => null);
  const found = await within(clock, timeoutMs, Promise.race([pong, over]), null);
  cancelSlow();
  if (found === "pong") return { found, rttMs: clock.now() - startedAtMs, slow };
  await within(clock, 0, over, null);
  if (link.framesReceived > framesBefore) return { found: "traffic" };
  return { found: "nothing", waitedMs: clock.now() - startedAtMs };
}

function slowAfterMs({ isOddlySilent, rttMs }: Pinged): number {
  if (!isOddlySilent || rttMs === null) return SLOW_PONG_MS;
  return Math.min(SLOW_PONG_MS, Math.max(SLOW_AFTER_SILENCE_MS, USUAL_ROUND_TRIPS * rttMs));
}
