import type { Fault } from "../faults/fault.ts";
import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import { Audience } from "./audience.ts";
import { catchUp, type Reading, verify } from "./catch-up.ts";
import { covers } from "./covers.ts";
import { Losses } from "./losses.ts";
import { persist } from "./persist.ts";
import { Place } from "./place.ts";
import type {
  History,
  LinkPort,
  SequencedListener,
  SequenceReason,
  SequenceState,
  StreamSource,
} from "./port.ts";
import { added, fromStream, Stored, type StoredParts } from "./stored.ts";
import { Stream } from "./stream.ts";
import { Bell, loaded, pause, unanswered } from "./wait.ts";

/** A feed that has been silent so long asks whether the last message was lost: at twice this at the latest, milliseconds. */
const SILENCE_MS = 2500;

/** Once in so many looks, which makes a minute, it asks whether the stream is still the same. */
const SAME_TURNS = 24;

/** Once in so many looks, which makes ten seconds, it asks what became of sequences that nobody named: mostly they are others'. */
const LOOK_TURNS = 4;

/** So long after one link took over from another it may announce what that one did, milliseconds. */
const ANNOUNCED_TWICE_MS = 500;

/** So long after its first message a second link may bring what the first brings yet, as late at most, milliseconds. */
const AHEAD_MS = 500;

/** What a feed is given. */
export interface FeedParts {
  /** What its messages match; may have wildcards. */
  readonly subject: string;
  readonly source: StreamSource;
  readonly clock: Clock;
}

/** What brings messages over one link. */
interface Subscription {
  /** Of the last one that it brought. */
  sequence: number;
  /** Of the place then: another stream's sequences prove nothing. */
  generation: number;
  /** Until when it may be ahead of another, epoch milliseconds; null before it has brought anything. */
  aheadUntilMs: number | null;
}

/** One link's time. */
interface Run extends Reading {
  readonly bell: Bell;
  /** When the link was there, epoch milliseconds. */
  readonly readyMs: number;
  /** For how long it may announce what the link before it did, milliseconds. */
  readonly repeatsMs: number;
}

/**
 * The messages of one stream that match one subject, in the stream's order, each once,
 * over any number of links. What is missing is told of, never left out in silence.
 */
export class SequencedFeed {
  readonly #parts: FeedParts;
  readonly #audience: Audience;
  readonly #place: Place;
  readonly #losses: Losses;
  #state: Omit<SequenceState, "lastSequence"> = { state: "opening" };
  #run: Run | null = null;

  constructor(parts: FeedParts) {
    const { subject, clock } = parts;
    this.#parts = parts;
    this.#place = new Place(subject, (message, wasLive) => {
      if (!wasLive) this.#losses.recover();
      this.#audience.take(message);
    });
    this.#audience = new Audience(clock, (missing) => this.#losses.gap("unreadable", missing));
    this.#losses = new Losses(subject, clock, this.#place, this.#audience);
  }

  /** How it stands with its stream. */
  get state(): SequenceState {
    return { ...this.#state, lastSequence: this.#place.at };
  }

  /**
   * Adds a listener, with a history of its own; the returned function lets it leave.
   * @param replaced one that leaves for it: without a history of its own it goes on where that one stands
   */
  add(listener: SequencedListener, history?: History, replaced?: SequencedListener): () => void {
    const leave = this.#audience.add(listener, history, replaced);
    const { state, reason } = this.#state;
    // While something is missing it has to wait for its place, unless nobody waits for that.
    if (state === "current" || reason === "elsewhere") this.#placeAll();
    else if (state === "unreadable") this.#goOn();
    return leave;
  }

  /**
   * Takes the messages of one subscription, of the subject or of that to which the stream republishes: what it has brought
   * proves that nothing lies between that and what it brings next, which nothing does that came over another or was read.
   */
  receiver(): (message: Message) => void {
    const aheadUntilMs = this.#run === null ? 0 : null;
    const from: Subscription = { sequence: 0, generation: 0, aheadUntilMs };
    return (message) => this.#receive(message, from);
  }

  #receive(message: Message, from: Subscription): void {
    const { source, subject, clock } = this.#parts;
    if (source.republished === undefined) {
      this.#announced();
      return;
    }
    const parts = fromStream(message);
    const last = added(message, "Nats-Last-Sequence");
    // An answer to somebody's request that is aimed at this subject looks much the same.
    const isRepublished =
      last !== "" &&
      added(message, "Nats-Num-Pending") === "" &&
      added(message, "Nats-Stream") === source.name;
    if (parts === null || !isRepublished || !covers(subject, parts.subject)) this.#audience.dropped();
    // The stream republishes headers only: the rest has to be fetched.
    else if (added(message, "Nats-Msg-Size") !== "") this.#announced(parts);
    else {
      const { generation } = this.#place;
      const before = from.generation === generation ? from.sequence : 0;
      from.generation = generation;
      from.sequence = parts.sequence;
      from.aheadUntilMs ??= clock.now() + AHEAD_MS;
      this.#live(new Stored(parts, false), Number(last) === before ? before : 0, from.aheadUntilMs);
    }
  }

  /** The server has the interest in that subject on this link, which is the one to ask from now on. */
  ready(link: LinkPort): void {
    const { source, subject, clock } = this.#parts;
    const run: Run = {
      stream: new Stream(source, subject, link, () => this.#audience.dropped()),
      place: this.#place,
      losses: this.#losses,
      audience: this.#audience,
      clock,
      bell: new Bell(),
      readyMs: clock.now(),
      repeatsMs: this.#run === null ? 0 : ANNOUNCED_TWICE_MS,
    };
    this.#leave();
    this.#run = run;
    // Whatever was announced before is read in any case; what the other link announced this one may announce too.
    this.#place.noneDue();
    // They end with the link.
    for (const work of [this.#follow(run), this.#watch(run)]) work.catch(unanswered(undefined));
  }

  /** There is no link any more; `cause` is null when the user wanted that. */
  gone(cause: Fault | null): void {
    this.#leave();
    if (this.#place.at === null) {
      this.#set("opening");
      return;
    }
    this.#losses.begin(cause);
    this.#set("behind", "no-link");
  }

  /** Nothing is asked or told any more. */
  end(): void {
    this.#leave();
    this.#audience.clear();
  }

  #leave(): void {
    this.#run?.stream.end();
    this.#run = null;
  }

  // --- what comes live ---

  #live(message: Stored, last: number, aheadUntilMs: number): void {
    const place = this.#place;
    const came = place.live(message, last);
    if (came === "next") {
      this.#losses.complete();
      // A server before 2.10 doesn't say when it stored it: one such message has to be asked for.
      if (message.time === "" && !place.mark?.time) this.#run?.bell.ring();
    } else if (came === "held") {
      if (this.#state.state === "unreadable") {
        const run = this.#run;
        if (run !== null && run.clock.now() < aheadUntilMs) this.#goOnLater(run).catch(unanswered(undefined));
        else this.#goOn();
      }
      this.#run?.bell.ring();
    } else if (place.doubt(message)) this.#run?.bell.ring();
  }

  /** Something was published; of what was stored no more is known than `parts`. */
  #announced(parts?: StoredParts): void {
    const [run, place] = [this.#run, this.#place];
    if (run === null) return;
    const isOld = parts !== undefined && parts.sequence <= (place.at ?? 0);
    if (isOld && !place.doubt(parts)) return;
    // One that may have come over the link before is looked for, and not waited for.
    const isNew = Math.abs(run.clock.now() - run.readyMs) >= run.repeatsMs;
    if (!isOld && isNew) place.announced(parts?.sequence);
    run.bell.ring();
  }

  // --- over one link ---

  async #follow(run: Run): Promise<void> {
    const { stream, place, losses, bell } = run;
    if (place.at !== null) this.#set("behind");
    await this.#persist(run, () => this.#open(run));
    // Where messages were announced that the stream doesn't have, and whether it has none that match at all: true until one comes.
    let odd = null as { at: number | null; isElsewhere: boolean } | null;
    for (;;) {
      await this.#persist(run, async () => {
        this.#readHistories();
        if (await catchUp(run)) odd = { at: place.at, isElsewhere: await this.#keepsElsewhere(run) };
        else if (place.at !== odd?.at) odd = null;
        await losses.heal(stream, run.readyMs);
      });
      // The link may have gone together with its last answer.
      if (this.#run !== run) return;
      this.#set(odd?.isElsewhere ? "unreadable" : "current", odd === null ? undefined : "elsewhere");
      this.#placeAll();
      await bell.heard(stream.signal);
    }
  }

  /** Finds the place to begin at; on a later link, makes sure that the stream is still the same. */
  async #open(run: Run): Promise<void> {
    const { stream, place } = run;
    if (place.at !== null) return verify(run);
    const any = await stream.get({ last_by_subj: ">" });
    // It shows later whether all of a history was read.
    const isOwn = any === null || covers(stream.filter, any.subject);
    const own = isOwn ? any : await stream.get({ last_by_subj: stream.filter });
    // It may have been stored meanwhile, or a replica may be behind another.
    const last = own !== null && any !== null && own.sequence > any.sequence ? own : any;
    const known =
      last?.sequence ?? (await (await loaded(import("./info.ts"), stream.signal)).emptyAt(stream));
    // Where it can't be learnt, nothing is left out: whatever the stream has had since its first message may be missing.
    const at = known ?? 0;
    // What came live may have been let go on meanwhile.
    if (place.at !== null) return;
    // An empty stream sent nothing: what came before was of another.
    if (last === null) place.restart();
    this.#audience.place(at, own);
    place.begin(at, last?.time ?? "", own, known === null ? at + 1 : 0);
  }

  async #keepsElsewhere({ stream, place }: Run): Promise<boolean> {
    if (place.own !== null) return false;
    const { keepsElsewhere } = await loaded(import("./missing.ts"), stream.signal);
    return keepsElsewhere(stream, place.at ?? 0);
  }

  /** Looks in silence whether the last message was lost, and now and then what became of sequences that nobody named. */
  async #watch({ stream, place, losses, clock, bell }: Run): Promise<void> {
    for (let turn = 1; ; turn += 1) {
      const sinceMs = clock.now();
      await pause(clock, SILENCE_MS, stream.signal);
      if (turn % SAME_TURNS === 0) place.doubts += 1;
      // The clock may have been set back.
      const isSilent = losses.completeMs <= sinceMs || losses.completeMs > clock.now();
      if (isSilent || place.isDoubtful) bell.ring();
      if (turn % LOOK_TURNS === 0) await losses.look(stream);
    }
  }

  /** Does it until it succeeds; what comes live goes on where there is little hope. */
  #persist({ stream, clock }: Run, work: () => Promise<void>): Promise<void> {
    return persist(work, stream, clock, (isHopeless, reason) => {
      this.#set(isHopeless ? "unreadable" : "waiting", reason);
      if (isHopeless) this.#goOn();
    });
  }

  // --- the listeners ---

  #placeAll(): void {
    this.#audience.place(this.#place.at ?? 0, this.#place.own);
    this.#readHistories();
  }

  /** Reads the histories of those that have a place and haven't got theirs yet. */
  #readHistories(): void {
    if (this.#run !== null) this.#audience.read(this.#run.stream);
  }

  /** What came live is handed on without what can't be read; where the stream doesn't republish there is nothing. */
  #goOn(): void {
    const place = this.#place;
    const { start } = place;
    if (this.#parts.source.republished === undefined || start === null) return;
    // What comes of a stream that wasn't there is another's, and begins before what was held.
    if (place.isDoubtful && this.#state.reason === "no-stream") return;
    // Whoever has come meanwhile gets what came live since, too.
    this.#audience.place(start, null);
    if (place.at === null) place.begin(start, "");
    place.release();
    this.#audience.giveUp();
    this.#losses.giveUp();
  }

  /** What the first of two links brings yet may show that nothing is missing. */
  async #goOnLater({ stream, clock }: Run): Promise<void> {
    await pause(clock, AHEAD_MS, stream.signal);
    if (this.#state.state === "unreadable") this.#goOn();
  }

  #set(state: SequenceState["state"], reason?: SequenceReason): void {
    if (state === this.#state.state && reason === this.#state.reason) return;
    this.#state = reason === undefined ? { state } : { state, reason };
    this.#audience.state(this.state);
  }
}
