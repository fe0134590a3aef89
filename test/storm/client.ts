import { type ClientOptions, MyceliumClient, type Subscription } from "../../client/index.ts";
import type { Stretch } from "../support/ledger/core.ts";
import type { Entry } from "../support/ledger/entries.ts";
import { Notebook } from "../support/ledger/notebook.ts";
import { FEEDS, type FeedName, type SEQUENCED } from "./feeds.ts";

/** Lifetime of the tokens, milliseconds: a storm of a minute has a few renewals. */
const TOKEN_LIFE_MS = 16_000;

/** A lost link, as its client saw it. */
export interface Break {
  /** Index of the server that the client was live on. */
  readonly server: number | null;
  readonly lostAtMs: number;
  /** Null if the client hasn't come back. */
  readonly liveAtMs: number | null;
}

/** Everything that a client recorded, as data that can be sent between processes. */
export interface ClientRecord {
  readonly entries: Readonly<Record<FeedName, readonly Entry[]>>;
  readonly attached: readonly Stretch[];
  readonly breaks: readonly Break[];
  readonly handovers: number;
}

/** The last messages published: ids of core messages, and sequences of the streams. */
export interface LastMessages {
  readonly core: readonly string[];
  readonly republished: number;
  readonly triggered: number;
}

/** A client in a storm that records everything that its feeds report. Runs in Node and in a page. */
export class StormClient {
  readonly client: MyceliumClient;
  readonly #notebooks = { republished: new Notebook(), triggered: new Notebook(), core: new Notebook() };
  readonly #subscriptions: Readonly<Record<FeedName, Subscription>>;
  readonly #urls: readonly string[];
  readonly #attached: { readonly server: number; readonly fromMs: number; toMs: number }[] = [];
  readonly #breaks: { server: number | null; lostAtMs: number; liveAtMs: number | null }[] = [];
  #handovers = 0;

  /** @param urls of all servers, by index */
  constructor(urls: readonly string[], options: ClientOptions) {
    this.#urls = urls;
    this.client = new MyceliumClient({
      credentials: async () => ({ type: "token", token: "storm", expiresAtMs: Date.now() + TOKEN_LIFE_MS }),
      ...options,
    });
    this.client.timeline.onEntry((entry) => {
      if (entry.type === "live") this.#live(entry.server, entry.atMs);
      if (entry.type === "handover") {
        this.#handovers += 1;
        this.#attach(entry.server, entry.atMs);
      }
      if (entry.type === "link-lost") this.#lost(entry.atMs);
    });
    const subscribe = (name: FeedName): Subscription => {
      const { subject, ...options } = FEEDS[name];
      const notebook = this.#notebooks[name];
      return notebook.follow(this.client.subscribe(subject, notebook.message, options));
    };
    this.#subscriptions = {
      republished: subscribe("republished"),
      triggered: subscribe("triggered"),
      core: subscribe("core"),
    };
  }

  /** Whether every feed is active and current. */
  isCurrent(): boolean {
    return Object.values(this.#subscriptions).every(
      ({ status, sequence }) => status === "active" && (sequence === null || sequence.state === "current"),
    );
  }

  /** State of a feed by sequence. */
  stateOf(name: (typeof SEQUENCED)[number]): string | undefined {
    return this.#subscriptions[name].sequence?.state;
  }

  /** Makes the client hand over to a new link, on the next server. */
  async handOver(): Promise<void> {
    await this.client.reconnect();
  }

  /** Whether every feed has received the last messages. */
  hasReceived({ core, republished, triggered }: LastMessages): boolean {
    const sequenceOf = (name: FeedName): number => this.#subscriptions[name].sequence?.lastSequence ?? 0;
    return (
      core.every((id) => this.#notebooks.core.has(id)) &&
      sequenceOf("republished") >= republished &&
      sequenceOf("triggered") >= triggered
    );
  }

  /** Everything recorded so far. */
  record(): ClientRecord {
    const { republished, triggered, core } = this.#notebooks;
    return {
      entries: { republished: republished.entries, triggered: triggered.entries, core: core.entries },
      attached: this.#attached,
      breaks: this.#breaks,
      handovers: this.#handovers,
    };
  }

  #live(server: string, atMs: number): void {
    const last = this.#breaks.at(-1);
    if (last?.liveAtMs === null) last.liveAtMs = atMs;
    this.#attach(server, atMs);
  }

  #attach(server: string, atMs: number): void {
    this.#detach(atMs);
    const index = this.#urls.findIndex((url) => new URL(url).host === new URL(server).host);
    if (index < 0) throw new Error(`live on ${server}, which isn't one of ${this.#urls.join(", ")}`);
    this.#attached.push({ server: index, fromMs: atMs, toMs: Number.MAX_SAFE_INTEGER });
  }

  #lost(atMs: number): void {
    const server = this.#attached.at(-1)?.server ?? null;
    this.#breaks.push({ server, lostAtMs: atMs, liveAtMs: null });
    this.#detach(atMs);
  }

  #detach(atMs: number): void {
    const last = this.#attached.at(-1);
    if (last?.toMs === Number.MAX_SAFE_INTEGER) last.toMs = atMs;
  }
}
