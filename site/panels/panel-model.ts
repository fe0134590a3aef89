import { effect, type ReadonlySignal, signal } from "@preact/signals";
import {
  covers,
  type Fault,
  type Gap,
  type Message,
  type MyceliumClient,
  type SequenceState,
  type StreamSource,
  type Subscription,
  type SubscriptionStatus,
} from "../../client/index.ts";
import { type Feed, republishedTo } from "../../contract/feed.ts";
import type { Alert } from "../content/alerts.ts";
import { PanelStore, type StoreParts } from "./panel-store.ts";
import { PanelView } from "./panel-view.ts";

/** The state of a panel's subscriptions and of its stream, taken together. */
export interface Interest {
  /** `denied` only where the server denies all of them. */
  readonly status: SubscriptionStatus;
  /** Why the server denies any of them; null where it denies none. */
  readonly fault: Fault | null;
  /** The subjects that the server denies. */
  readonly denied: readonly string[];
  readonly stream: SequenceState | null;
}

/** What a panel needs from the page. */
export interface PanelParts extends StoreParts {
  readonly client: Pick<MyceliumClient, "subscribe">;
  /** The trace id by which all panels are filtered; null while there is none. */
  readonly trace: ReadonlySignal<string | null>;
  /** Called with each message that the panel receives. */
  readonly onMessage?: (message: Message) => void;
}

/** How much of its stream's history a panel opens with, unless its feed says otherwise. */
const HISTORY = { last: 200 } as const;

/** A feed's stream and the history to begin with, as the client takes them; null where the feed has no stream. */
export function sourceOf({ stream }: Pick<Feed, "stream">, nowMs: number): StreamSource | null {
  if (stream === undefined) return null;
  const { history = HISTORY, ...source } = typeof stream === "string" ? { name: stream } : stream;
  // A feed's `sinceMs` is an age; the client's is a point in time, epoch milliseconds.
  const isAge = "sinceMs" in history;
  return { ...source, history: isAge ? { sinceMs: nowMs - history.sinceMs } : history };
}

/** Whether two gaps of unknown size come from the same break. */
function isSameBreak(one: Gap, other: Gap): boolean {
  const isAlike = one.kind === other.kind && one.cause === other.cause && one.missing === other.missing;
  return isAlike && other.missing === "unknown" && other.fromMs <= one.toMs;
}

/** A panel: its subscriptions, its store of messages, and its reader's view of them. */
export class PanelModel {
  readonly feed: Feed;
  /** The reader's own definition of this panel; null for panels of the operator. */
  definition: string | null = null;
  readonly store: PanelStore;
  readonly view: PanelView;
  /** The active alerts, set by the page's alert watcher. */
  readonly alerts = signal<readonly Alert[]>([]);
  readonly #subscriptions: Subscription[] = [];
  readonly interest: ReadonlySignal<Interest>;
  readonly #ends: (() => void)[] = [];

  /** @param subjects subscribed to instead of the feed's subject; a message that matches several is received once */
  constructor(feed: Feed, parts: PanelParts, subjects: readonly string[] = [feed.subject]) {
    const { client, trace, onMessage } = parts;
    this.feed = feed;
    this.store = new PanelStore(feed, parts);
    this.view = new PanelView(this.store, trace);
    const stream = sourceOf(feed, parts.clock.wallMs());
    for (const subject of subjects) {
      const earlier = [...this.#subscriptions];
      const deliver = (message: Message) => {
        // The server sends a message once for each matching subscription: only the first that isn't denied takes it.
        if (earlier.some((one) => one.status !== "denied" && covers(one.subject, message.subject))) return;
        this.store.receive(message);
        onMessage?.(message);
      };
      // The name keeps the subscriptions of two panels to the same subject apart.
      const options = { name: feed.id, ...(stream === null ? {} : { stream }) };
      this.#subscriptions.push(client.subscribe(subject, deliver, options));
    }
    const interest = signal(this.#readInterest());
    this.interest = interest;
    let last: Gap | null = null;
    const onGap = (gap: Gap) => {
      // One break reports a gap for each subject: a gap of unknown size is marked once, counted ones each.
      const isRepeat = last !== null && last.subject !== gap.subject && isSameBreak(last, gap);
      last = gap;
      if (!isRepeat) this.store.markGap(gap);
    };
    this.#ends.push(
      ...this.#subscriptions.flatMap((one) => [
        one.onGap(onGap),
        one.onStatus(() => {
          interest.value = this.#readInterest();
        }),
      ]),
      effect(() => this.view.applyHold()),
    );
  }

  /** Whether its feed has alert rules. */
  get hasRules(): boolean {
    return (this.feed.alerts ?? []).length > 0;
  }

  /** Ends its subscriptions and publishes nothing more. */
  close(): void {
    for (const one of this.#subscriptions) one.unsubscribe();
    this.store.end();
    for (const end of this.#ends) end();
  }

  #readInterest(): Interest {
    const all = this.#subscriptions;
    const one =
      all.find(({ status }) => status === "requested") ??
      all.find(({ status }) => status === "active") ??
      all[0];
    return {
      status: one?.status ?? "requested",
      fault: all.find(({ fault }) => fault !== null)?.fault ?? null,
      denied: all
        .filter(({ status }) => status === "denied")
        .map(({ subject }) => republishedTo(this.feed) ?? subject),
      stream: one?.sequence ?? null,
    };
  }
}
