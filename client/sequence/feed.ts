import type { Fault } from "../faults.ts";
import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import type { Gap, GapKind, Missing } from "../subscriptions/gap.ts";
import { covers } from "./covers.ts";
import { Entry } from "./entry.ts";
import { type Followed, Follower } from "./follow.ts";
import { isNothing } from "./missing.ts";
import { Place } from "./place.ts";
import type { History, LinkPort, SequencedListener, SequenceState, StreamSource } from "./port.ts";
import { added, fromStream, type Stored, storedMessage } from "./stored.ts";
import { Stream } from "./stream.ts";

/** When messages began to be missed, why, and how many of them have come since. */
interface Break {
  readonly fromMs: number;
  readonly cause: Fault | null;
  recovered: number;
}

/** What a feed is given. */
export interface FeedParts {
  /** What its messages match; may have wildcards. */
  readonly subject: string;
  readonly source: StreamSource;
  readonly clock: Clock;
  /** Called when its last listener has left. */
  onEmpty?(): void;
}

/**
 * The messages of one stream that match one subject, in the stream's order, each once,
 * over any number of links. What is missing is told of, never left out in silence.
 */
export class SequencedFeed {
  /** What the client must be subscribed to for it. */
  readonly liveSubject: string;
  readonly #parts: FeedParts;
  readonly #place: Place;
  readonly #entries = new Set<Entry>();
  readonly #followed: Followed;
  #state: Omit<SequenceState, "lastSequence"> = { state: "opening" };
  #follower: Follower | null = null;
  #break: Break | null = null;
  /** When all was known to have come, epoch milliseconds. */
  #completeMs: number;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.liveSubject = parts.source.republished ?? parts.subject;
    this.#place = new Place(parts.subject, (message, wasLive) => this.#handOn(message, wasLive));
    this.#completeMs = parts.clock.now();
    this.#followed = this.#asFollowed();
  }

  /** How it stands with its stream. */
  get state(): SequenceState {
    return { ...this.#state, lastSequence: this.#place.at };
  }

  /** Adds a listener, with a history of its own; the returned function lets it leave. */
  add(listener: SequencedListener, history?: History): () => void {
    const entry = new Entry(listener, history);
    this.#entries.add(entry);
    // One that comes while something is missing gets its place once nothing is.
    if (this.#state.state === "current") {
      entry.place(this.#place.at ?? 0);
      this.#follower?.readHistories();
    }
    return () => {
      if (this.#entries.delete(entry) && this.#entries.size === 0) this.#parts.onEmpty?.();
    };
  }

  /** Takes a message of `liveSubject`, from any link. */
  receive(message: Message): void {
    const { source, subject } = this.#parts;
    if (source.republished === undefined) {
      this.#announced();
      return;
    }
    const parts = fromStream(message);
    const last = added(message, "Last-Sequence");
    // An answer to somebody's request that is aimed at this subject looks much the same.
    const isRepublished =
      last !== "" && added(message, "Num-Pending") === "" && added(message, "Stream") === source.name;
    if (parts === null || !isRepublished || !covers(subject, parts.subject)) this.#drop();
    // The stream republishes headers only: the rest has to be fetched.
    else if (added(message, "Msg-Size") !== "") this.#announced();
    else this.#take(storedMessage(parts, false), Number(last));
  }

  #take(message: Stored, last: number): void {
    const came = this.#place.live(message, last);
    if (came === "next") {
      this.#completeMs = this.#parts.clock.now();
      this.#follower?.heard();
    } else if (came === "held") {
      if (this.#state.state === "unreadable") this.#goOn();
      this.#follower?.news();
    } else if (!(Date.parse(message.time) <= Date.parse(this.#place.mark?.time ?? ""))) {
      this.#follower?.doubt();
    }
  }

  /** The server has the interest in `liveSubject` on this link, which is the one to ask from now on. */
  ready(link: LinkPort): void {
    this.#follower?.end();
    const { source, subject } = this.#parts;
    const stream = new Stream(source, subject, () => this.#drop());
    this.#follower = new Follower(this.#followed, stream, link);
  }

  /** There is no link any more; `cause` is null when the user wanted that. */
  gone(cause: Fault | null): void {
    this.#follower?.end();
    this.#follower = null;
    this.#place.due = 0;
    if (this.#place.at === null) return;
    if (this.#break === null) {
      this.#break = { fromMs: this.#completeMs, cause, recovered: 0 };
      for (const entry of this.#entries) entry.isMissing = entry.isPlaced;
    }
    this.#set("behind", "there is no link");
  }

  /** Nothing is asked or told any more. */
  end(): void {
    this.#follower?.end();
    this.#follower = null;
    this.#entries.clear();
  }

  /** Something was published, or stored: no more than that is known. */
  #announced(): void {
    this.#place.due += 1;
    this.#follower?.news();
  }

  #drop(): void {
    for (const { listener } of [...this.#entries]) listener.dropped(1);
  }

  #handOn(message: Stored, wasLive: boolean): void {
    if (!wasLive && this.#break !== null) this.#break.recovered += 1;
    for (const entry of this.#entries) entry.take(message);
  }

  #set(state: SequenceState["state"], reason?: string): void {
    if (state === this.#state.state && reason === this.#state.reason) return;
    this.#state = reason === undefined ? { state } : { state, reason };
    for (const { listener } of [...this.#entries]) listener.state(this.state);
  }

  /** What came live is handed on without what can't be read; where the stream doesn't republish there is nothing. */
  #goOn(): void {
    const place = this.#place;
    if (this.#parts.source.republished === undefined) return;
    if (place.at === null) {
      if (place.firstHeld === null) return;
      this.#begin(place.firstHeld - 1, "");
    }
    place.release();
    for (const entry of this.#entries) {
      if (!entry.isReading) continue;
      entry.giveUpHistory();
      entry.tell(this.#gap("unreadable", "unknown"));
    }
    const { unproven } = place;
    if (unproven === null) return;
    place.settle(unproven);
    this.#tell(this.#gap("unreadable", { atMost: unproven.count }));
  }

  #begin(at: number, time: string): void {
    for (const entry of this.#entries) entry.place(at);
    this.#place.begin(at, time);
  }

  #gap(kind: GapKind, missing: Missing): Gap {
    const { subject, clock } = this.#parts;
    const toMs = clock.now();
    const fromMs = Math.min(this.#completeMs, toMs);
    return { subject, fromMs, toMs, kind, cause: null, missing, recovered: 0 };
  }

  #tell(gap: Gap): void {
    for (const entry of [...this.#entries]) entry.tell(gap);
  }

  #heal(missing: Missing, readyMs: number): void {
    const broken = this.#break;
    if (broken === null) return;
    this.#break = null;
    const { fromMs, cause, recovered } = broken;
    const kind = isNothing(missing) ? (cause === null ? "stop" : "break") : "discarded";
    const toMs = Math.max(fromMs, readyMs);
    const gap: Gap = { subject: this.#parts.subject, fromMs, toMs, kind, cause, missing, recovered };
    for (const entry of [...this.#entries]) {
      if (!entry.isMissing) continue;
      entry.isMissing = false;
      entry.tell(gap);
    }
  }

  #restart(): void {
    this.#tell(this.#gap("discarded", "unknown"));
    this.#place.restart();
    for (const entry of this.#entries) if (entry.isPlaced) entry.giveUpHistory(0);
  }

  #asFollowed(): Followed {
    const isBroken = () => this.#break !== null;
    return {
      place: this.#place,
      entries: this.#entries,
      clock: this.#parts.clock,
      set: (state, reason) => this.#set(state, reason),
      begin: (at, time) => this.#begin(at, time),
      restart: () => this.#restart(),
      complete: () => {
        this.#completeMs = this.#parts.clock.now();
      },
      healed: (missing, readyMs) => this.#heal(missing, readyMs),
      missing: (kind, missing) => {
        if (!isNothing(missing)) this.#tell(this.#gap(kind, missing));
      },
      goOn: () => this.#goOn(),
      get isBroken() {
        return isBroken();
      },
    };
  }
}
