import { messageOf } from "./errors.ts";
import type { Fault } from "./faults/fault.ts";
import { Listeners } from "./listeners.ts";
import type { Status, StopOutcome } from "./state.ts";
import { addMissing, type Gap, type GapKind, type Missing } from "./subscriptions/gap.ts";

/** Why a live link was replaced by another. */
export type HandoverReason = "renewal" | "lame-duck" | "asked";

/** One thing that happened to the connection. */
export type TimelineEvent =
  | { readonly type: "status"; readonly status: Status; readonly fault?: Fault }
  | { readonly type: "dial"; readonly attempt: number; readonly server: string }
  | {
      readonly type: "dial-failed";
      readonly attempt: number;
      readonly fault: Fault;
      /** The wait that follows, or null when none does. */
      readonly retryInMs: number | null;
    }
  | {
      readonly type: "live";
      readonly server: string;
      readonly version: string;
      /** From the dial to the first PONG. */
      readonly tookMs: number;
      /** From the loss to being back; null on the first connect. */
      readonly downMs: number | null;
    }
  | { readonly type: "link-lost"; readonly fault: Fault; readonly retryInMs: number | null }
  | { readonly type: "fault-refined"; readonly fault: Fault }
  | { readonly type: "handover"; readonly reason: HandoverReason; readonly server: string }
  | {
      readonly type: "handover-failed";
      readonly reason: HandoverReason;
      readonly fault: Fault;
      /** The wait that follows. */
      readonly retryInMs: number;
    }
  | { readonly type: "closed"; readonly outcome: StopOutcome }
  | { readonly type: "subscription-denied"; readonly subject: string; readonly fault: Fault }
  | { readonly type: "handler-failed"; readonly subject: string; readonly message: string }
  | { readonly type: "publish-failed"; readonly subject: string; readonly message: string }
  /** Another callback that was given to the client threw or rejected; nothing else changed. */
  | { readonly type: "callback-failed"; readonly callback: string; readonly message: string }
  /** What one break kept away, of all subscriptions together; where kinds come together each has an event of its own. */
  | {
      readonly type: "gap";
      readonly kind: GapKind;
      /** The first of its subjects … */
      readonly subject: string;
      /** … and how many there are. */
      readonly subjects: number;
      readonly fromMs: number;
      readonly toMs: number;
      readonly missing: Missing;
      readonly recovered: number;
    }
  | { readonly type: "network"; readonly online: boolean };

/** An event with its place in the order (1, 2, 3 …) and its time, epoch milliseconds. */
export type TimelineEntry = TimelineEvent & { readonly seq: number; readonly atMs: number };

/** What happened to the connection, newest last; the oldest entries give way and are counted. */
export class Timeline {
  readonly #entries: TimelineEntry[] = [];
  readonly #listeners = new Listeners<[TimelineEntry]>((reason) => this.#failed(reason));
  readonly #limit: number;
  #seq = 0;

  constructor(limit = 500) {
    this.#limit = limit;
  }

  /** A copy of what is kept. */
  get entries(): readonly TimelineEntry[] {
    return [...this.#entries];
  }

  /** How many entries gave way to newer ones. */
  get dropped(): number {
    return this.#seq - this.#entries.length;
  }

  /** Adds an event and tells the listeners. */
  add(event: TimelineEvent, atMs: number): void {
    this.#listeners.call(this.#keep(event, atMs));
  }

  /** Calls `listener` for each new entry until the returned function is called. */
  onEntry(listener: (entry: TimelineEntry) => void): () => void {
    return this.#listeners.add(listener);
  }

  #keep(event: TimelineEvent, atMs: number): TimelineEntry {
    const entry: TimelineEntry = { ...event, seq: ++this.#seq, atMs };
    this.#entries.push(entry);
    if (this.#entries.length > this.#limit) this.#entries.shift();
    return entry;
  }

  /** Kept and not told: who fails at every entry would fail at this one too, and so on for ever. */
  #failed(reason: unknown): void {
    const atMs = this.#entries.at(-1)?.atMs ?? 0;
    this.#keep({ type: "callback-failed", callback: "timeline", message: messageOf(reason) }, atMs);
  }
}

/** One event for what one break did, however many subscriptions it met. */
export function gapEvents(gaps: readonly Gap[]): TimelineEvent[] {
  return [...new Set(gaps.map(({ kind }) => kind))].map((kind) => {
    const alike = gaps.filter((gap) => gap.kind === kind);
    return {
      type: "gap",
      kind,
      subject: (alike[0] as Gap).subject,
      subjects: new Set(alike.map(({ subject }) => subject)).size,
      fromMs: Math.min(...alike.map(({ fromMs }) => fromMs)),
      toMs: Math.max(...alike.map(({ toMs }) => toMs)),
      missing: alike.map(({ missing }) => missing).reduce(addMissing),
      recovered: alike.reduce((sum, { recovered }) => sum + recovered, 0),
    };
  });
}
