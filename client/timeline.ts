import { messageOf } from "./errors.ts";
import type { Fault } from "./faults/fault.ts";
import { Listeners } from "./listeners.ts";
import type { Status, StopOutcome } from "./state.ts";
import { addMissing, type Gap, type GapKind, type Missing } from "./subscriptions/gap.ts";

/** Why a live link was replaced by another. */
export type HandoverReason = "renewal" | "lame-duck" | "asked";

/** An event of the connection. */
export type TimelineEvent =
  | { readonly type: "status"; readonly status: Status; readonly fault?: Fault }
  | { readonly type: "dial"; readonly attempt: number; readonly server: string }
  | {
      readonly type: "dial-failed";
      readonly attempt: number;
      readonly fault: Fault;
      /** The delay before the next attempt; null if none follows. */
      readonly retryInMs: number | null;
    }
  | {
      readonly type: "live";
      readonly server: string;
      readonly version: string;
      /** From the dial to the first PONG. */
      readonly tookMs: number;
      /** From the loss of the previous link to this one's first PONG; null on the first connect. */
      readonly downMs: number | null;
    }
  | { readonly type: "link-lost"; readonly fault: Fault; readonly retryInMs: number | null }
  | { readonly type: "fault-refined"; readonly fault: Fault }
  | { readonly type: "handover"; readonly reason: HandoverReason; readonly server: string }
  | {
      readonly type: "handover-failed";
      readonly reason: HandoverReason;
      readonly fault: Fault;
      /** The delay before the next attempt. */
      readonly retryInMs: number;
    }
  | { readonly type: "closed"; readonly outcome: StopOutcome }
  | { readonly type: "subscription-denied"; readonly subject: string; readonly fault: Fault }
  | { readonly type: "handler-failed"; readonly subject: string; readonly message: string }
  | { readonly type: "publish-failed"; readonly subject: string; readonly message: string }
  /** A callback other than a message handler threw or rejected; nothing else changed. */
  | { readonly type: "callback-failed"; readonly callback: string; readonly message: string }
  /** The gaps of one kind that ended together, of all subscriptions. */
  | {
      readonly type: "gap";
      readonly kind: GapKind;
      /** The first affected subject. */
      readonly subject: string;
      /** How many subjects are affected. */
      readonly subjects: number;
      readonly fromMs: number;
      readonly toMs: number;
      readonly missing: Missing;
      readonly recovered: number;
    }
  | { readonly type: "network"; readonly online: boolean };

/** An event with its number (1, 2, 3 …) and its time, epoch milliseconds. */
export type TimelineEntry = TimelineEvent & { readonly seq: number; readonly atMs: number };

/** The latest events of the connection, oldest first. Beyond the limit the oldest are dropped and counted. */
export class Timeline {
  readonly #entries: TimelineEntry[] = [];
  readonly #listeners = new Listeners<[TimelineEntry]>((reason) => this.#failed(reason));
  readonly #limit: number;
  #seq = 0;

  constructor(limit = 500) {
    this.#limit = limit;
  }

  /** A copy of the entries. */
  get entries(): readonly TimelineEntry[] {
    return [...this.#entries];
  }

  /** How many entries were dropped. */
  get dropped(): number {
    return this.#seq - this.#entries.length;
  }

  /** Adds an event and calls the listeners. */
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

  /** Doesn't call the listeners: one that fails at every entry would fail at this one too, endlessly. */
  #failed(reason: unknown): void {
    const atMs = this.#entries.at(-1)?.atMs ?? 0;
    this.#keep({ type: "callback-failed", callback: "timeline", message: messageOf(reason) }, atMs);
  }
}

/** Merges gaps that ended together into one event per kind. */
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
