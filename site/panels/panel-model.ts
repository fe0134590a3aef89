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

/** What the server and the stream say to a panel's subscriptions, taken together. */
export interface Interest {
  /** `denied` only where the server denies all of them. */
  readonly status: SubscriptionStatus;
  /** Why the server denies any of them; null where it denies none. */
  readonly fault: Fault | null;
  /** The subjects that the server denies. */
  readonly denied: readonly string[];
  readonly stream: SequenceState | null;
}

/** What a panel is made with. */
export interface PanelParts extends StoreParts {
  readonly client: Pick<MyceliumClient, "subscribe">;
  /** The trace that is followed through all panels; null while none is. */
  readonly trace: ReadonlySignal<string | null>;
  /** Hears what the panel receives. */
  readonly onMessage?: (message: Message) => void;
}

/** A panel opens with as many of its stream's events, unless its feed says otherwise. */
const HISTORY = { last: 200 } as const;

/** The stream behind a feed, with what of it is shown at once; null where there is none. */
export function sourceOf({ stream }: Pick<Feed, "stream">, nowMs: number): StreamSource | null {
  if (stream === undefined) return null;
  const { history = HISTORY, ...source } = typeof stream === "string" ? { name: stream } : stream;
  // A feed says how long before now, the client since when.
  const isAge = "sinceMs" in history;
  return { ...source, history: isAge ? { sinceMs: nowMs - history.sinceMs } : history };
}

/** Whether one break made two gaps, of which nothing is counted. */
function isSameBreak(one: Gap, other: Gap): boolean {
  const isAlike = one.kind === other.kind && one.cause === other.cause && one.missing === other.missing;
  return isAlike && other.missing === "unknown" && other.fromMs <= one.toMs;
}

/** A panel: its source, what has come from it, and how its reader looks at it. */
export class PanelModel {
  readonly feed: Feed;
  /** How a reader defined it; null for those of the operator. */
  definition: string | null = null;
  readonly store: PanelStore;
  readonly view: PanelView;
  /** The alerts that last, kept by what watches them. */
  readonly alerts = signal<readonly Alert[]>([]);
  readonly #subscriptions: Subscription[] = [];
  readonly interest: ReadonlySignal<Interest>;
  readonly #ends: (() => void)[] = [];

  /** @param subjects what it listens to, if not to the feed's subject; what several of them match it hears once */
  constructor(feed: Feed, parts: PanelParts, subjects: readonly string[] = [feed.subject]) {
    const { client, trace, onMessage } = parts;
    this.feed = feed;
    this.store = new PanelStore(feed, parts);
    this.view = new PanelView(this.store, trace);
    const stream = sourceOf(feed, parts.clock.wallMs());
    for (const subject of subjects) {
      const earlier = [...this.#subscriptions];
      const deliver = (message: Message) => {
        // A server sends it for each subject that it matches: the first has it, unless that one is denied.
        if (earlier.some((one) => one.status !== "denied" && covers(one.subject, message.subject))) return;
        this.store.receive(message);
        onMessage?.(message);
      };
      // Two panels may have one subject: each listens under its own name.
      const options = { name: feed.id, ...(stream === null ? {} : { stream }) };
      this.#subscriptions.push(client.subscribe(subject, deliver, options));
    }
    const interest = signal(this.#readInterest());
    this.interest = interest;
    let last: Gap | null = null;
    const onGap = (gap: Gap) => {
      // One break meets all its subjects at once; what is counted is counted for each.
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

  /** Whether its feed has alerts to be watched for. */
  get hasRules(): boolean {
    return (this.feed.alerts ?? []).length > 0;
  }

  /** Ends its subscription; what it has is gone. */
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
