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

/** Whether an entry tells what no other beside it does: a dial, a loss, a recovery and a close have entries of their own. */
function isTold(entry: TimelineEntry): boolean {
  return entry.type !== "status" || entry.status === "stopping" || entry.status === "failed";
}

/** A stretch of time in which the page was live, epoch milliseconds; `toMs` is null while it lasts. */
export interface LiveSpan {
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** The page's hold on its connection: what the user wants, and what the client makes of it, as signals. */
export class Connection {
  readonly client: MyceliumClient;
  readonly #wanted = signal(false);
  readonly #state = signal<ConnectionState>({ status: "idle", sinceMs: Date.now() });
  readonly #entries = signal<readonly TimelineEntry[]>([]);
  /** By a time that never goes back. */
  readonly #spans: { readonly fromMs: number; toMs: number | null }[] = [];
  #entryCount = 0;
  #isFirst = true;

  /** Whether the user wants live data; what the switch shows. */
  readonly wanted: ReadonlySignal<boolean> = this.#wanted;
  readonly state: ReadonlySignal<ConnectionState> = this.#state;
  /** What the timeline tells, oldest first. */
  readonly entries: ReadonlySignal<readonly TimelineEntry[]> = this.#entries;
  /** How far a slow link is behind, milliseconds; null while that isn't worth saying. It changes with time alone, too. */
  readonly behindMs = computed(() => {
    nowSecondMs.value;
    this.#state.value;
    return this.client.lag?.behindMs ?? null;
  });
  /** The colour of the state: a link that is behind isn't as it should be. */
  readonly colour = computed(
    (): Colour => (this.behindMs.value === null ? colourOf(this.#state.value) : "amber"),
  );

  constructor(client: MyceliumClient) {
    this.client = client;
    client.onState((state) => this.#take(state));
    client.timeline.onEntry((entry) => {
      if (!isTold(entry)) return;
      this.#entryCount += 1;
      this.#entries.value = client.timeline.entries.filter(isTold);
    });
  }

  /** How many entries the timeline has told, also those that gave way since. */
  get entryCount(): number {
    return this.#entryCount;
  }

  /** When the page was live in this visit, the earliest first. */
  get liveSpans(): readonly LiveSpan[] {
    const backMs = setBackMs();
    return this.#spans.map(({ fromMs, toMs }) => ({
      fromMs: fromMs - backMs,
      toMs: toMs === null ? null : toMs - backMs,
    }));
  }

  /** Whether it has yet to be live since it was switched on. */
  get isFirst(): boolean {
    return this.#isFirst;
  }

  /** Takes what the reader chose, for this visit and the next. */
  choose(on: boolean): void {
    remember("live", on ? "on" : "off");
    this.switchTo(on);
  }

  /** Takes the user's wish; the client copes with any order and speed of wishes. */
  switchTo(on: boolean): void {
    if (!this.#wanted.value) this.#isFirst = true;
    this.#wanted.value = on;
    if (on) void this.client.start();
    else void this.client.stop();
  }

  /** Dials now; switches live data on if it was off. */
  retryNow(): void {
    if (!this.#wanted.value) this.choose(true);
    else void this.client.reconnect();
  }

  #take(state: ConnectionState): void {
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
