import type { Unit } from "./frames.ts";

/** Which way bytes go: `up` to the server, `down` to the client. */
export type Way = "up" | "down";

/**
 * When a rule is due on its way. `before` a NATS verb (`INFO`, `PONG` …) or a close frame
 * (`CLOSE`): just ahead of the frame that holds a line beginning so; `after`: just behind it.
 * `frame`: ahead of the n-th frame, the first being 1. `bytes`: when so many have passed, within
 * a frame too. `upgrade`: ahead of the HTTP head.
 */
export type Moment =
  | { readonly before: string }
  | { readonly after: string }
  | { readonly frame: number }
  | { readonly bytes: number }
  | "upgrade";

/**
 * What a rule does. `reset` cuts both ways at once (RST); `end` sends no byte more its way and
 * says so (FIN); `freeze` holds its way until it is thawed, and the sender feels it; `drop` eats
 * the frame; `say` slips in a frame of its own and lets the other pass, `replace` does not.
 */
export type Action =
  | { readonly do: "reset" | "end" | "freeze" | "drop" }
  | { readonly do: "say" | "replace"; readonly text: string };

/** A fault of one moment on one way. */
export interface FaultRule {
  readonly way: Way;
  readonly at: Moment;
  readonly action: Action;
  /** How often it happens, over all connections; 1 unless told otherwise. */
  readonly times?: number;
}

/** How far one way of a connection has come. */
export interface Passed {
  readonly frames: number;
  readonly bytes: number;
}

/** Where within `unit` the moment is: so many of its bytes pass first; null if it isn't now. */
export function momentWithin(moment: Moment, unit: Unit, passed: Passed): number | null {
  const { length } = unit.bytes;
  if (moment === "upgrade") return unit.kind === "head" ? 0 : null;
  if ("bytes" in moment) {
    const left = moment.bytes - passed.bytes;
    return left >= 0 && left < length ? left : null;
  }
  if (unit.kind !== "frame") return null;
  if ("frame" in moment) return passed.frames + 1 === moment.frame ? 0 : null;
  const verb = "before" in moment ? moment.before : moment.after;
  const says = unit.text.split("\r\n").some((line) => line.startsWith(verb));
  if (!says) return null;
  return "before" in moment ? 0 : length;
}
