import type { Gap, Message } from "../../client/index.ts";
import type { Feed } from "../../contract/feed.ts";
import type { DecodeBudget } from "./budget.ts";
import { readMessage } from "./entry.ts";
import { type Holding, LatestByKey, RecentEntries, type Row } from "./holding.ts";
import { Pace } from "./pace.ts";
import { RateMeter } from "./rate.ts";
import { SubjectRates } from "./subject-rates.ts";

/** What the rate chart shows: 15 minutes and the running second. */
const REMEMBERED_SECONDS = 901;

/** What became of a feed's messages: received = shown + malformed + folded + dropped. */
export interface FeedCounts {
  readonly received: number;
  /** Valid events that are kept. */
  readonly shown: number;
  /** Messages that aren't events of this feed; shown as such while they are kept. */
  readonly malformed: number;
  /** Messages that were counted and not decoded, because the page was flooded. */
  readonly folded: number;
  /** Valid events that gave way to newer ones. */
  readonly dropped: number;
}

/** The time, by the wall clock and by one that never jumps. */
export interface FeedClock {
  /** Epoch milliseconds. */
  wallMs(): number;
  /** Milliseconds since any start. */
  steadyMs(): number;
}

/** One feed's messages from the subscription to the panel: decoded, checked, kept within bounds, counted. */
export class FeedStore {
  readonly feed: Feed;
  /** Of the last minute. */
  readonly rate = new RateMeter(61);
  /** Of the last 15 minutes. */
  readonly subjectRates: SubjectRates;
  readonly pace = new Pace();
  readonly #holding: Holding;
  readonly #budget: DecodeBudget;
  readonly #clock: FeedClock;
  readonly #changed: () => void;
  #received = 0;
  #malformed = 0;
  #folded = 0;
  #dropped = 0;
  #marks = 0;

  /** @param changed called after every change; must be cheap */
  constructor(feed: Feed, budget: DecodeBudget, clock: FeedClock, changed: () => void) {
    this.feed = feed;
    this.subjectRates = new SubjectRates(feed.subject, REMEMBERED_SECONDS);
    this.#budget = budget;
    this.#clock = clock;
    this.#changed = changed;
    this.#holding =
      feed.view === "latest-by-key" && feed.key !== undefined
        ? new LatestByKey(feed.key)
        : new RecentEntries();
  }

  get counts(): FeedCounts {
    return {
      received: this.#received,
      shown: this.#holding.events,
      malformed: this.#malformed,
      folded: this.#folded,
      dropped: this.#dropped,
    };
  }

  /** How many messages are kept. */
  get kept(): number {
    return this.#holding.kept;
  }

  /** What is kept, newest first. */
  rows(): readonly Row[] {
    return this.#holding.rows();
  }

  /** Takes a message; never throws, whatever the message is. */
  receive(message: Message): void {
    const atMs = this.#clock.wallMs();
    this.#received += 1;
    this.pace.note(atMs);
    this.rate.count(atMs);
    this.subjectRates.count(message.subject, atMs);
    const startedMs = this.#clock.steadyMs();
    if (this.#budget.allows(startedMs)) {
      this.#keep(message, atMs);
      this.#budget.spend(this.#clock.steadyMs() - startedMs);
    } else {
      this.#folded += 1;
    }
    this.#changed();
  }

  /** Puts a mark where the stream was broken. */
  markGap(gap: Gap): void {
    const { kind: gapKind, subject: _, ...told } = gap;
    this.#marks += 1;
    this.#holding.add({ kind: "gap", seq: this.#nextSeq(), atMs: gap.toMs, gapKind, ...told });
    this.#changed();
  }

  #keep(message: Message, atMs: number): void {
    const entry = readMessage(message, this.feed.fields, this.#nextSeq(), atMs);
    if (entry.kind === "malformed") this.#malformed += 1;
    this.#dropped += this.#holding.add(entry);
  }

  #nextSeq(): number {
    return this.#received + this.#marks;
  }
}
