import type { Clock } from "../options.ts";
import type { Missing } from "../subscriptions/gap.ts";
import type { Entry } from "./entry.ts";
import { missingOf } from "./missing.ts";
import type { Place } from "./place.ts";
import { AskError, type AskFailure, type LinkPort, type SequenceState } from "./port.ts";
import { storedMessage } from "./stored.ts";
import { type Asking, BATCH, type Stream } from "./stream.ts";
import { Bell, pause } from "./wait.ts";

/** A feed that has been silent so long asks whether the last message was lost: at twice this at the latest, milliseconds. */
const SILENCE_MS = 2500;

/** What a replica hasn't got yet is asked for again: first so soon, then ever later, for so long in all, milliseconds. */
const AGAIN_MS = { first: 5, most: 500, all: 5000 } as const;

/** Where nobody answers it is tried again after this; after so long in vain the stream counts as unreadable, milliseconds. */
const RETRY_MS = { waiting: 250, unreadable: 5000, denied: 60_000, giveUp: 20_000 } as const;

const REASONS: { readonly [F in AskFailure]: string } = {
  silence: "the stream doesn't answer",
  nobody: "nobody answers for the stream: it isn't there, has no leader, or allow_direct is off",
  denied: "the server doesn't permit to read the stream",
  refused: "the server doesn't understand how the stream is read",
  ended: "there is no link",
};

/** The feed, as far as following its stream looks. */
export interface Followed {
  readonly place: Place;
  readonly entries: ReadonlySet<Entry>;
  readonly clock: Clock;
  set(state: SequenceState["state"], reason?: string): void;
  /** The place is known. */
  begin(at: number, time: string): void;
  /** The stream is another by now. */
  restart(): void;
  /** Everything up to now has come. */
  complete(): void;
  /** What broke is whole again, but for what is missing. */
  healed(missing: Missing, readyMs: number): void;
  /** Without a break, or before it is whole. */
  missing(kind: "discarded" | "unreadable", missing: Missing): void;
  /** Nothing can be read: what came live goes on alone. */
  goOn(): void;
  readonly isBroken: boolean;
}

/** Follows a stream over one link: finds the place, reads what is missing, looks after it in silence. */
export class Follower {
  readonly #feed: Followed;
  readonly #stream: Stream;
  readonly #asking: Asking;
  readonly #run = new AbortController();
  readonly #bell = new Bell();
  readonly #reading = new Set<Entry>();
  /** Whether something has come since the last look. */
  #heard = false;
  /** Something came that another stream of the same name would send. */
  #isDoubtful = false;

  constructor(feed: Followed, stream: Stream, link: LinkPort) {
    this.#feed = feed;
    this.#stream = stream;
    this.#asking = { link, signal: this.#run.signal };
    // They end with the link; whatever else they throw is a fault of this code, and must be seen.
    for (const work of [this.#follow(), this.#watch()]) {
      work.catch((reason) => {
        if (!this.#run.signal.aborted) throw reason;
      });
    }
  }

  end(): void {
    this.#run.abort();
    this.#bell.ring();
  }

  /** Nothing was missing before what has just come. */
  heard(): void {
    this.#heard = true;
  }

  /** There is something to read. */
  news(): void {
    this.#bell.ring();
  }

  /** Something came that doesn't fit into this stream. */
  doubt(): void {
    this.#isDoubtful = true;
    this.#bell.ring();
  }

  /** Reads the histories of those that have a place and haven't got theirs yet. */
  readHistories(): void {
    for (const entry of this.#feed.entries) {
      if (entry.isReading && !this.#reading.has(entry)) void this.#readHistory(entry);
    }
  }

  async #follow(): Promise<void> {
    const { place } = this.#feed;
    const readyMs = this.#feed.clock.now();
    if (place.at !== null) this.#feed.set("behind");
    await this.#persist(() => this.#open());
    for (;;) {
      let odd: string | undefined;
      await this.#persist(async () => {
        this.readHistories();
        odd = await this.#catchUp();
        await this.#heal(readyMs);
      });
      this.#feed.set(odd !== undefined && !place.hasFound ? "unreadable" : "current", odd);
      for (const entry of this.#feed.entries) entry.place(place.at ?? 0);
      this.readHistories();
      await this.#bell.heard(this.#asking.signal);
    }
  }

  /** Finds the place to begin at; on a later link, makes sure that the stream is still the same. */
  async #open(): Promise<void> {
    const { place } = this.#feed;
    if (place.at !== null) return this.#verify();
    const last = await this.#stream.last(this.#asking);
    const at = last?.sequence ?? (await this.#stream.lastSequence(this.#asking));
    if (place.at === null) this.#feed.begin(at, last?.time ?? "");
  }

  /** A stream that has another message where this one had its last is another stream. */
  async #verify(): Promise<void> {
    this.#isDoubtful = false;
    const { mark } = this.#feed.place;
    if (mark === null) return;
    const there = await this.#stream.get(this.#asking, mark.sequence);
    if (there?.time === mark.time) return;
    if (there === null) {
      // It was discarded, unless the stream has newer messages with lower sequences.
      const last = await this.#stream.last(this.#asking);
      if (last === null || last.sequence > mark.sequence) return;
      if (Date.parse(last.time) <= Date.parse(mark.time)) return;
    }
    this.#feed.restart();
  }

  /**
   * Reads all that the stream has.
   * @returns what is odd about it, if anything
   */
  async #catchUp(): Promise<string | undefined> {
    const { place, clock } = this.#feed;
    let delayMs: number = AGAIN_MS.first;
    let waitedMs = 0;
    for (;;) {
      if (this.#isDoubtful) await this.#verify();
      const before = place.at ?? 0;
      const hasMore = await this.#stream.read(this.#asking, before + 1, BATCH, (parts) =>
        place.read(storedMessage(parts, false)),
      );
      const hasMoved = (place.at ?? 0) > before;
      if (hasMore && !hasMoved) throw new AskError("silence");
      if (hasMore || this.#isDoubtful) continue;
      this.#feed.complete();
      this.#heard = true;
      if (!place.isBehind) return undefined;
      if (hasMoved) {
        delayMs = AGAIN_MS.first;
        waitedMs = 0;
      }
      if (waitedMs >= AGAIN_MS.all) {
        const { due } = place;
        await this.#verify();
        if ((place.at ?? 0) < before) continue;
        place.release();
        if (due > 0)
          return "messages came that the stream doesn't have under this subject: it refused them, or stores them under another";
        return undefined;
      }
      await pause(clock, delayMs, this.#asking.signal);
      waitedMs += delayMs;
      delayMs = Math.min(delayMs * 2, AGAIN_MS.most);
    }
  }

  /** What a break kept away has come by now, or never will. */
  async #heal(readyMs: number): Promise<void> {
    if (!this.#feed.isBroken) return;
    const { unproven } = this.#feed.place;
    const missing: Missing =
      unproven === null ? { exactly: 0 } : await missingOf(this.#stream, this.#asking, unproven);
    if (unproven !== null) this.#feed.place.settle(unproven);
    this.#feed.healed(missing, readyMs);
  }

  /** Looks in silence whether the last message was lost, and now and then what became of sequences that nobody named. */
  async #watch(): Promise<void> {
    const { place, clock } = this.#feed;
    for (let turn = 1; ; turn += 1) {
      this.#heard = false;
      await pause(clock, SILENCE_MS, this.#asking.signal);
      if (!this.#heard) this.#bell.ring();
      const { unproven } = place;
      if (turn % 2 === 1 || unproven === null || this.#feed.isBroken) continue;
      const missing = await missingOf(this.#stream, this.#asking, unproven).catch(() => null);
      if (missing === null || this.#feed.isBroken) continue;
      place.settle(unproven);
      this.#feed.missing("discarded", missing);
    }
  }

  async #readHistory(entry: Entry): Promise<void> {
    const { signal } = this.#asking;
    this.#reading.add(entry);
    while (entry.isReading && !signal.aborted && this.#feed.entries.has(entry)) {
      try {
        await entry.read(this.#stream, this.#asking);
      } catch (error) {
        if (!(error instanceof AskError)) throw error;
        if (error.failure === "refused") entry.giveUpHistory();
        await pause(this.#feed.clock, RETRY_MS.waiting, signal).catch(() => {});
      }
    }
    this.#reading.delete(entry);
  }

  /** Does it until it succeeds: a stream without a leader is waited for as long as there is the link. */
  async #persist(work: () => Promise<void>): Promise<void> {
    for (let failedMs = 0; ; ) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof AskError) || this.#asking.signal.aborted) throw error;
        const { failure } = error;
        const diagnosis = failure === "nobody" ? await this.#diagnose() : null;
        failedMs += RETRY_MS.waiting + (failure === "silence" ? SILENCE_MS : 0);
        const isHopeless = failure === "denied" || diagnosis !== null || failedMs >= RETRY_MS.giveUp;
        this.#feed.set(isHopeless ? "unreadable" : "waiting", diagnosis ?? REASONS[failure]);
        if (isHopeless) this.#feed.goOn();
        const delayMs =
          failure === "denied" ? RETRY_MS.denied : isHopeless ? RETRY_MS.unreadable : RETRY_MS.waiting;
        await pause(this.#feed.clock, delayMs, this.#asking.signal);
      }
    }
  }

  async #diagnose(): Promise<string | null> {
    return this.#stream.diagnose(this.#asking).catch(() => null);
  }
}
