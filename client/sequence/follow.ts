import type { Fault } from "../faults/fault.ts";
import type { Clock } from "../options.ts";
import type { Missing } from "../subscriptions/gap.ts";
import { hasOther, isAnother, isSame } from "./another.ts";
import type { Audience } from "./audience.ts";
import { covers } from "./covers.ts";
import { loaded } from "./loaded.ts";
import { Losses } from "./losses.ts";
import { persist, RETRY_MS } from "./persist.ts";
import { isLater, type Mark, Place } from "./place.ts";
import {
  AskError,
  type LinkPort,
  type SequenceReason,
  type SequenceState,
  type StreamSource,
} from "./port.ts";
import { Stored, type StoredParts } from "./stored.ts";
import { BATCH, Stream } from "./stream.ts";
import { Bell, pause } from "./wait.ts";

/** A feed that has been silent so long asks whether the last message was lost: at twice this at the latest, milliseconds. */
const SILENCE_MS = 2500;

/** Once in so many looks, which makes a minute, it asks whether the stream is still the same. */
const SAME_TURNS = 24;

/** What a replica hasn't got yet is asked for again: first so soon, then ever later, for so long in all, milliseconds. */
const AGAIN_MS = { first: 5, most: 500, all: 5000 } as const;

/** So long after one link took over from another it may announce what that one did, milliseconds. */
const ANNOUNCED_TWICE_MS = 500;

/** So often in turn it is looked whether the stream is another: who forges old messages without an end stops no feed. */
const MOST_LOOKS = 10;

/** What reads a history is loaded again so many times before those that wait for one go on without. */
const LOADS = 8;

/** What a feed is given. */
export interface FeedParts {
  /** What its messages match; may have wildcards. */
  readonly subject: string;
  readonly source: StreamSource;
  readonly clock: Clock;
}

/** One link's time. */
interface Run {
  readonly stream: Stream;
  readonly end: AbortController;
  readonly bell: Bell;
  /** When the link was there, epoch milliseconds. */
  readonly readyMs: number;
  /** Whether it took over from another. */
  readonly isNext: boolean;
}

/** Messages were announced that the stream doesn't have: that is true until one comes. */
interface Odd {
  /** Where the feed stood. */
  readonly at: number | null;
  /** Whether the stream keeps them elsewhere. */
  readonly isElsewhere: boolean;
}

/** Follows a stream over any number of links: finds the place, reads what is missing, looks after it in silence. */
export class Follower {
  readonly #parts: FeedParts;
  readonly #audience: Audience;
  readonly #place: Place;
  readonly #losses: Losses;
  #state: Omit<SequenceState, "lastSequence"> = { state: "opening" };
  #run: Run | null = null;
  /** Whether something has come since the last look. */
  #heard = false;
  /** How often something came that another stream of the same name would send, and up to which of them that was looked into. */
  #doubts = 0;
  #settledDoubts = 0;

  constructor(parts: FeedParts, audience: Audience) {
    this.#parts = parts;
    this.#audience = audience;
    this.#place = new Place(parts.subject, (message, wasLive) => {
      if (!wasLive) this.#losses.recover();
      audience.take(message);
    });
    this.#losses = new Losses(parts.subject, parts.clock, this.#place, audience);
  }

  get state(): SequenceState {
    return { ...this.#state, lastSequence: this.#place.at };
  }

  /** Follows it over this link from now on. */
  start(link: LinkPort): void {
    const isNext = this.#run !== null;
    this.end();
    // Whatever was announced before is read in any case; what the other link announced this one may announce too.
    this.#place.due.clear();
    const end = new AbortController();
    const { source, subject, clock } = this.#parts;
    const stream = new Stream(source, subject, link, end.signal, () => this.#audience.dropped());
    const run = { stream, end, bell: new Bell(), readyMs: clock.now(), isNext };
    this.#run = run;
    // They end with the link; whatever else they throw is a fault of this code, and must be seen.
    for (const work of [this.#follow(run), this.#watch(run)]) {
      work.catch((reason) => {
        if (!(reason instanceof AskError)) throw reason;
      });
    }
  }

  /** There is no link any more; `cause` is null when the user wanted that. */
  stop(cause: Fault | null): void {
    this.end();
    if (this.#place.at === null) {
      this.#set("opening");
      return;
    }
    this.#losses.begin(cause);
    this.#set("behind", "no-link");
  }

  end(): void {
    this.#run?.end.abort();
    this.#run = null;
  }

  /** A message came with its sequence. */
  live(message: Stored, last: number): void {
    const came = this.#place.live(message, last, this.#isDoubtful);
    if (came === "next") {
      this.#heard = true;
      this.#losses.complete();
      // A server before 2.10 doesn't say when it stored it: one such message has to be asked for.
      if (message.time === "" && !this.#place.mark?.time) this.#run?.bell.ring();
    } else if (came === "held") {
      if (this.#state.state === "unreadable") this.#goOn();
      this.#run?.bell.ring();
    } else if (!this.#isBefore(message)) {
      this.#doubts += 1;
      this.#run?.bell.ring();
    }
  }

  get #isDoubtful(): boolean {
    return this.#doubts > this.#settledDoubts;
  }

  /** Whether this stream stored it before its last one. */
  #isBefore({ time }: Pick<StoredParts, "time">): boolean {
    const { mark } = this.#place;
    return mark !== null && time !== "" && !isLater(time, mark.time);
  }

  /** Something was published; of what was stored no more is known than `parts`. */
  announced(parts?: StoredParts): void {
    const run = this.#run;
    if (run === null) return;
    // One that may have come over the link before is looked for, and not waited for.
    const isRepeat = run.isNext && this.#parts.clock.now() < run.readyMs + ANNOUNCED_TWICE_MS;
    if (parts !== undefined && parts.sequence <= (this.#place.at ?? 0)) {
      if (this.#isBefore(parts)) return;
      this.#doubts += 1;
    } else if (!isRepeat) this.#place.due.announced(parts?.sequence);
    run.bell.ring();
  }

  /** Listeners have come. While something is missing they have to wait for their place, unless nobody waits for that. */
  welcome(): void {
    const { state, reason } = this.#state;
    if (this.#run === null) return;
    if (state === "current" || reason === "elsewhere") this.#placeAll(this.#run);
    else if (state === "unreadable") this.#goOn();
  }

  // --- over one link ---

  async #follow(run: Run): Promise<void> {
    const place = this.#place;
    if (place.at !== null) this.#set("behind");
    await this.#persist(run, () => this.#open(run));
    let odd = null as Odd | null;
    for (;;) {
      await this.#persist(run, async () => {
        this.#read(run);
        const isOdd = await this.#catchUp(run);
        if (isOdd) odd = { at: place.at, isElsewhere: !place.hasFound && (await this.#keepsElsewhere(run)) };
        else if (place.at !== odd?.at) odd = null;
        await this.#losses.heal(run.stream, run.readyMs);
      });
      this.#set(odd?.isElsewhere ? "unreadable" : "current", odd === null ? undefined : "elsewhere");
      this.#placeAll(run);
      await run.bell.heard(run.end.signal);
    }
  }

  /** Finds the place to begin at; on a later link, makes sure that the stream is still the same. */
  async #open({ stream, ...run }: Run): Promise<void> {
    if (this.#place.at !== null) return this.#verify({ stream, ...run });
    const any = await stream.get({ last_by_subj: ">" });
    // It shows later whether all of a history was read.
    const isOwn = any === null || covers(stream.filter, any.subject);
    const own = isOwn ? any : await stream.get({ last_by_subj: stream.filter });
    // It may have been stored meanwhile, or a replica may be behind another.
    const last = own !== null && any !== null && own.sequence > any.sequence ? own : any;
    const at = last?.sequence ?? (await (await loaded(import("./info.ts"), stream.signal)).emptyAt(stream));
    if (this.#place.at !== null) return;
    // An empty stream sent nothing: what came before was of another.
    if (last === null) this.#place.restart();
    this.#begin(at, last?.time ?? "", own);
  }

  #begin(at: number, time: string, own: Mark | null = null): void {
    this.#audience.place(at, own);
    this.#place.begin(at, time, own);
  }

  #placeAll(run: Run): void {
    this.#audience.place(this.#place.at ?? 0, this.#place.own);
    this.#read(run);
  }

  /** Begins anew where the stream is another by now. */
  async #verify({ stream }: Run): Promise<void> {
    const doubts = this.#doubts;
    const isOther = await isAnother(stream, this.#place, this.#parts.clock);
    this.#settledDoubts = doubts;
    if (isOther) this.#restart();
    else if (!this.#isDoubtful) this.#place.goOn();
  }

  #restart(): void {
    this.#losses.tell("discarded", "unknown");
    this.#audience.restart((message) => !this.#isBefore(message));
    this.#place.restart();
  }

  /**
   * Reads all that the stream has.
   * @returns whether messages were announced that it doesn't have
   */
  async #catchUp(run: Run): Promise<boolean> {
    const place = this.#place;
    let delayMs: number = AGAIN_MS.first;
    let waitedMs = 0;
    let markedMs = 0;
    place.due.mark();
    for (;;) {
      // What is read may follow on what another stream had, and would then stand for it.
      for (let look = 0; this.#isDoubtful && look < MOST_LOOKS; look += 1) await this.#verify(run);
      const before = place.at ?? 0;
      const hasMore = await this.#readOn(run);
      const hasMoved = (place.at ?? 0) !== before;
      if (this.#isDoubtful) continue;
      if (hasMore && !hasMoved) throw new AskError("silence");
      if (hasMore || (await this.#remember(run))) continue;
      this.#losses.complete();
      this.#heard = true;
      if (!place.isBehind) return false;
      if (hasMoved) {
        delayMs = AGAIN_MS.first;
        waitedMs = 0;
      }
      // Nothing yet of what was announced: it is late, or the stream is another by now.
      if (waitedMs === AGAIN_MS.first && place.due.count > 0) {
        await this.#verify(run);
        if ((place.at ?? 0) < before) continue;
      }
      if (waitedMs >= AGAIN_MS.all) {
        const isAnnounced = place.due.count > 0;
        await this.#verify(run);
        if ((place.at ?? 0) < before) continue;
        place.release();
        return isAnnounced;
      }
      // Others came meanwhile, and may go on to come: what hasn't by now isn't among them.
      if (markedMs >= AGAIN_MS.all) {
        place.due.forgetOverdue();
        markedMs = 0;
        continue;
      }
      await pause(this.#parts.clock, delayMs, run.end.signal);
      waitedMs += delayMs;
      markedMs += delayMs;
      delayMs = Math.min(delayMs * 2, AGAIN_MS.most);
    }
  }

  async #keepsElsewhere({ stream }: Run): Promise<boolean> {
    const { keepsElsewhere } = await loaded(import("./missing.ts"), stream.signal);
    return keepsElsewhere(stream, this.#place.at ?? 0);
  }

  /**
   * Reads the next messages. Where the stream only announces them, the last one is asked for with them:
   * another stream could have got as far between two looks.
   * @returns whether there may be more
   */
  async #readOn({ stream }: Run): Promise<boolean> {
    const place = this.#place;
    const { mark } = place;
    const wasDoubtful = this.#isDoubtful;
    const found: StoredParts[] = [];
    const asked = place.due.count === 0 ? null : mark;
    const [there, hasMore] = await Promise.all([
      hasOther(stream, asked),
      stream.read((place.at ?? 0) + 1, BATCH, (parts) => found.push(parts)),
    ]);
    // It may have got so far between the two questions.
    if (there ?? (found.length > 0 && (await hasOther(stream, asked)))) {
      this.#restart();
      return true;
    }
    // It was made anew meanwhile, maybe.
    if (this.#isDoubtful && !wasDoubtful) return hasMore;
    for (const parts of found) place.read(new Stored(parts, false));
    return hasMore;
  }

  /**
   * Asks when the last message was stored, where what came live didn't say.
   * @returns whether the stream is another by now
   */
  async #remember({ stream }: Run): Promise<boolean> {
    const { mark } = this.#place;
    if (mark?.time !== "") return false;
    const there = await stream.get({ seq: mark.sequence });
    if (there === null || this.#place.mark?.time) return false;
    const isOurs = isSame(there, mark);
    if (isOurs) this.#place.mark = there;
    else this.#restart();
    return !isOurs;
  }

  /** Looks in silence whether the last message was lost, and now and then what became of sequences that nobody named. */
  async #watch(run: Run): Promise<void> {
    for (let turn = 1; ; turn += 1) {
      this.#heard = false;
      await pause(this.#parts.clock, SILENCE_MS, run.end.signal);
      if (turn % SAME_TURNS === 0) this.#doubts += 1;
      if (!this.#heard || this.#isDoubtful) run.bell.ring();
      if (turn % 2 === 0) await this.#losses.look(run.stream);
    }
  }

  /** Reads the histories of those that have a place and haven't got theirs yet. */
  #read({ stream, end }: Run): void {
    let loads = 0;
    const unread = (missing: Missing) => this.#losses.gap("unreadable", missing);
    const again = async (error: unknown): Promise<boolean> => {
      if (!(error instanceof AskError)) throw error;
      if (error.failure === "not-loaded") loads += 1;
      if (loads > LOADS) this.#audience.giveUp(unread("unknown"));
      return pause(this.#parts.clock, RETRY_MS.waiting, end.signal).then(
        () => true,
        () => false,
      );
    };
    this.#audience.read({ stream, again, unread });
  }

  /** Does it until it succeeds; what comes live goes on where there is little hope. */
  #persist({ stream }: Run, work: () => Promise<void>): Promise<void> {
    return persist(work, stream, this.#parts.clock, (isHopeless, reason) => {
      this.#set(isHopeless ? "unreadable" : "waiting", reason);
      if (isHopeless) this.#goOn();
    });
  }

  /** What came live is handed on without what can't be read; where the stream doesn't republish there is nothing. */
  #goOn(): void {
    const place = this.#place;
    if (this.#parts.source.republished === undefined) return;
    // What comes of a stream that wasn't there is another's, and begins before what was held.
    if (this.#isDoubtful && this.#state.reason === "no-stream") return;
    if (place.at === null) {
      if (place.firstHeld === null) return;
      this.#begin(place.firstHeld - 1, "");
    }
    // Whoever has come meanwhile gets what came live since, too.
    this.#audience.place(place.at ?? 0, null);
    place.release();
    this.#audience.giveUp(this.#losses.gap("unreadable", "unknown"));
    this.#losses.giveUp();
  }

  #set(state: SequenceState["state"], reason?: SequenceReason): void {
    if (state === this.#state.state && reason === this.#state.reason) return;
    this.#state = reason === undefined ? { state } : { state, reason };
    this.#audience.state(this.state);
  }
}
