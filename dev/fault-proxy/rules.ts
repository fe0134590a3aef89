import type { Unit } from "./frames.ts";

/** Direction of data: `up` to the server, `down` to the client. */
export type Way = "up" | "down";

/**
 * When a rule applies on its way. `before`: ahead of the frame with a line that begins with this NATS
 * verb (`INFO`, `PONG` …), or of a close frame (`CLOSE`); `after`: right behind that frame. `frame`: ahead
 * of the n-th frame, counted from 1. `bytes`: after this many bytes, even within a frame. `upgrade`: ahead
 * of the HTTP head.
 */
export type Moment =
  | { readonly before: string }
  | { readonly after: string }
  | { readonly frame: number }
  | { readonly bytes: number }
  | "upgrade";

/**
 * What a rule does. `reset` cuts both ways at once (RST); `end` sends FIN on its way; `freeze` holds its
 * way until it is thawed, with backpressure on the sender; `drop` discards the frame; `say` inserts a frame
 * with `text` at the rule's moment, and `replace` sends it in place of the frame.
 */
export type Action =
  | { readonly do: "reset" | "end" | "freeze" | "drop" }
  | { readonly do: "say" | "replace"; readonly text: string };

/** A fault at one moment on one way. */
export interface FaultRule {
  readonly way: Way;
  readonly at: Moment;
  readonly action: Action;
  /** How often the rule applies, over all connections; default 1. */
  readonly times?: number;
}

/** What has passed on one way of a connection. */
export interface Passed {
  readonly frames: number;
  readonly bytes: number;
}

/** Offset of the moment within `unit`, in bytes; null when the moment isn't in this unit. */
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
