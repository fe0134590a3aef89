import { computed, type ReadonlySignal, signal } from "@preact/signals";
import {
  type Colour,
  type ConnectionState,
  colourOf,
  type MyceliumClient,
  type TimelineEntry,
} from "../../client/index.ts";
import { nowSecondMs, setBackMs } from "../ui/clock.ts";
import { remember } from "../ui/memory.ts";

/** Whether an entry adds something: status changes that a dial, loss, recovery or close entry covers don't. */
function isShown(entry: TimelineEntry): boolean {
  return entry.type !== "status" || entry.status === "stopping" || entry.status === "failed";
}

/** A span of time in which the page was live, epoch milliseconds; `toMs` is null while it lasts. */
export interface LiveSpan {
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** The connection as signals: whether the user wants live data, and the state of the client. */
export class Connection {
  readonly client: MyceliumClient;
  readonly #wanted = signal(false);
  readonly #state = signal<ConnectionState>({ status: "idle", sinceMs: Date.now() });
  readonly #entries = signal<readonly TimelineEntry[]>([]);
  /** The spans in which the page was live, by a clock that never goes back. */
  readonly #spans: { readonly fromMs: number; toMs: number | null }[] = [];
  #entryCount = 0;
  #isFirst = true;

  /** Whether the user wants live data, as the switch shows it. */
  readonly wanted: ReadonlySignal<boolean> = this.#wanted;
  readonly state: ReadonlySignal<ConnectionState> = this.#state;
  /** The entries of the timeline, oldest first. */
  readonly entries: ReadonlySignal<readonly TimelineEntry[]> = this.#entries;
  /** Milliseconds that a slow link is behind; null while that is negligible. Polled: `client.lag` is no signal. */
  readonly behindMs = computed(() => {
    nowSecondMs.value;
    this.#state.value;
    return this.client.lag?.behindMs ?? null;
  });
  /** The colour of the state; amber for a live link that is behind. */
  readonly colour = computed(
    (): Colour => (this.behindMs.value === null ? colourOf(this.#state.value) : "amber"),
  );

  constructor(client: MyceliumClient) {
    this.client = client;
    client.onState((state) => this.#update(state));
    client.timeline.onEntry((entry) => {
      if (!isShown(entry)) return;
      this.#entryCount += 1;
      this.#entries.value = client.timeline.entries.filter(isShown);
    });
  }

  /** The number of timeline entries so far, including those removed since. */
  get entryCount(): number {
    return this.#entryCount;
  }

  /** When the page was live in this visit, earliest first. */
  get liveSpans(): readonly LiveSpan[] {
    const backMs = setBackMs();
    return this.#spans.map(({ fromMs, toMs }) => ({
      fromMs: fromMs - backMs,
      toMs: toMs === null ? null : toMs - backMs,
    }));
  }

  /** Whether the connection has not been live since it was turned on. */
  get isFirst(): boolean {
    return this.#isFirst;
  }

  /** Turns live data on or off, and remembers the choice for the next visit. */
  choose(on: boolean): void {
    remember("live", on ? "on" : "off");
    this.switchTo(on);
  }

  /** Turns live data on or off. Calls may come in any order and at any speed. */
  switchTo(on: boolean): void {
    if (!this.#wanted.value) this.#isFirst = true;
    this.#wanted.value = on;
    if (on) void this.client.start();
    else void this.client.stop();
  }

  /** Dials now; turns live data on if it was off. */
  retryNow(): void {
    if (!this.#wanted.value) this.choose(true);
    else void this.client.reconnect();
  }

  #update(state: ConnectionState): void {
    const { status, sinceMs } = state;
    const atMs = sinceMs + setBackMs();
    const last = this.#spans.at(-1);
    if (status === "live") {
      if (last?.toMs !== null) this.#spans.push({ fromMs: atMs, toMs: null });
      this.#isFirst = false;
    } else if (last?.toMs === null) {
      last.toMs = atMs;
    }
    this.#state.value = state;
  }
}
