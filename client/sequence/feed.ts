import type { Fault } from "../faults/fault.ts";
import type { Message } from "../message.ts";
import type { Clock } from "../options.ts";
import { catchUp, type ReadContext, verifyIdentity } from "./catch-up.ts";
import { covers } from "./covers.ts";
import { Cursor } from "./cursor.ts";
import { FeedListeners } from "./feed-listeners.ts";
import { Losses } from "./losses.ts";
import type {
  History,
  LinkPort,
  SequencedListener,
  SequenceReason,
  SequenceState,
  StreamSource,
} from "./port.ts";
import { retry } from "./retry.ts";
import { parseStored, StoredMessage, type StoredParts, serverHeader } from "./stored.ts";
import { Stream } from "./stream.ts";
import { fallback, loadPart, pause, Wakeup } from "./wait.ts";

/** A feed that has been silent so long asks whether the last message was lost: at twice this at the latest, milliseconds. */
const SILENCE_MS = 2500;

/** Once in so many looks, which makes a minute, it asks whether the stream is still the same. */
const IDENTITY_CHECK_TURNS = 24;

/** Once in so many looks, which makes ten seconds, it asks what became of sequences that nobody named: mostly they are others'. */
const SKIPPED_CHECK_TURNS = 4;

/** So long after one link took over from another it may announce what that one did, milliseconds. */
const REPEATED_ANNOUNCEMENT_MS = 500;

/** So long after its first message a second link may bring what the first brings yet, as late at most, milliseconds. */
const SECOND_LINK_LEAD_MS = 500;

/** What a feed is given. */
export interface FeedParts {
  /** What its messages match; may have wildcards. */
  readonly subject: string;
  readonly source: StreamSource;
  readonly clock: Clock;
}

/** What brings messages over one link. */
interface ReceiverProgress {
  /** Of the last one that it brought. */
  sequence: number;
  /** Of the place then: another stream's sequences prove nothing. */
  generation: number;
  /** Until when it may be ahead of another, epoch milliseconds; null before it has brought anything. */
  aheadUntilMs: number | null;
}

/** One link's time. */
interface LinkSession extends ReadContext {
  readonly wakeup: Wakeup;
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
  readonly #listeners: FeedListeners;
  readonly #cursor: Cursor;
  readonly #losses: Losses;
  #state: Omit<SequenceState, "lastSequence"> = { state: "opening" };
  #session: LinkSession | null = null;

  constructor(parts: FeedParts) {
    const { subject, clock } = parts;
    this.#parts = parts;
    this.#cursor = new Cursor(subject, (message, wasLive) => {
      if (!wasLive) this.#losses.countRecovered();
      this.#listeners.deliver(message);
    });
    this.#listeners = new FeedListeners(clock, (missing) => this.#losses.makeGap("unreadable", missing));
    this.#losses = new Losses(subject, clock, this.#cursor, this.#listeners);
  }

  /** How it stands with its stream. */
  get state(): SequenceState {
    return { ...this.#state, lastSequence: this.#cursor.position };
  }

  /**
   * Adds a listener, with a history of its own; the returned function lets it leave.
   * @param replaced one that leaves for it: without a history of its own it goes on where that one stands
   */
  add(listener: SequencedListener, history?: History, replaced?: SequencedListener): () => void {
    const leave = this.#listeners.add(listener, history, replaced);
    const { state, reason } = this.#state;
    // While something is missing it has to wait for its place, unless nobody waits for that.
    if (state === "current" || reason === "elsewhere") this.#startListeners();
    else if (state === "unreadable") this.#skipUnreadable();
    return leave;
  }

  /**
   * Takes the messages of one subscription, of the subject or of that to which the stream republishes: what it has brought
   * proves that nothing lies between that and what it brings next, which nothing does that came over another or was read.
   */
  receiver(): (message: Message) => void {
    const aheadUntilMs = this.#session === null ? 0 : null;
    const from: ReceiverProgress = { sequence: 0, generation: 0, aheadUntilMs };
    return (message) => this.#onMessage(message, from);
  }

  #onMessage(message: Message, from: ReceiverProgress): void {
    const { source, subject, clock } = this.#parts;
    if (source.republished === undefined) {
      this.#onAnnouncement();
      return;
    }
    const parts = parseStored(message);
    const last = serverHeader(message, "Nats-Last-Sequence");
    // An answer to somebody's request that is aimed at this subject looks much the same.
    const isRepublished =
      last !== "" &&
      serverHeader(message, "Nats-Num-Pending") === "" &&
      serverHeader(message, "Nats-Stream") === source.name;
    if (parts === null || !isRepublished || !covers(subject, parts.subject)) this.#listeners.reportDropped();
    // The stream republishes headers only: the rest has to be fetched.
    else if (serverHeader(message, "Nats-Msg-Size") !== "") this.#onAnnouncement(parts);
    else {
      const { generation } = this.#cursor;
      const before = from.generation === generation ? from.sequence : 0;
      from.generation = generation;
      from.sequence = parts.sequence;
      from.aheadUntilMs ??= clock.now() + SECOND_LINK_LEAD_MS;
      this.#onLive(new StoredMessage(parts, false), Number(last) === before ? before : 0, from.aheadUntilMs);
    }
  }

  /** The server has the interest in that subject on this link, which is the one to ask from now on. */
  ready(link: LinkPort): void {
    const { source, subject, clock } = this.#parts;
    const session: LinkSession = {
      stream: new Stream(source, subject, link, () => this.#listeners.reportDropped()),
      cursor: this.#cursor,
      losses: this.#losses,
      listeners: this.#listeners,
      clock,
      wakeup: new Wakeup(),
      readyMs: clock.now(),
      repeatsMs: this.#session === null ? 0 : REPEATED_ANNOUNCEMENT_MS,
    };
    this.#endSession();
    this.#session = session;
    // Whatever was announced before is read in any case; what the other link announced this one may announce too.
    this.#cursor.clearAnnouncements();
    // They end with the link.
    for (const work of [this.#follow(session), this.#watch(session)]) work.catch(fallback(undefined));
  }

  /** There is no link any more; `cause` is null when the user wanted that. */
  gone(cause: Fault | null): void {
    this.#endSession();
    if (this.#cursor.position === null) {
      this.#setState("opening");
      return;
    }
    this.#losses.beginBreak(cause);
    this.#setState("behind", "no-link");
  }

  /** Nothing is asked or told any more. */
  end(): void {
    this.#endSession();
    this.#listeners.clear();
  }

  #endSession(): void {
    this.#session?.stream.end();
    this.#session = null;
  }

  // --- what comes live ---

  #onLive(message: StoredMessage, last: number, aheadUntilMs: number): void {
    const cursor = this.#cursor;
    const came = cursor.onLive(message, last);
    if (came === "next") {
      this.#losses.markComplete();
      // A server before 2.10 doesn't say when it stored it: one such message has to be asked for.
      if (message.time === "" && !cursor.lastMessage?.time) this.#session?.wakeup.wake();
    } else if (came === "held") {
      if (this.#state.state === "unreadable") {
        const session = this.#session;
        if (session !== null && session.clock.now() < aheadUntilMs)
          this.#skipUnreadableLater(session).catch(fallback(undefined));
        else this.#skipUnreadable();
      }
      this.#session?.wakeup.wake();
    } else if (cursor.onOldMessage(message)) this.#session?.wakeup.wake();
  }

  /** Something was published; of what was stored no more is known than `parts`. */
  #onAnnouncement(parts?: StoredParts): void {
    const [session, cursor] = [this.#session, this.#cursor];
    if (session === null) return;
    const isOld = parts !== undefined && parts.sequence <= (cursor.position ?? 0);
    if (isOld && !cursor.onOldMessage(parts)) return;
    // One that may have come over the link before is looked for, and not waited for.
    const isNew = Math.abs(session.clock.now() - session.readyMs) >= session.repeatsMs;
    if (!isOld && isNew) cursor.onAnnouncement(parts?.sequence);
    session.wakeup.wake();
  }

  // --- over one link ---

  async #follow(session: LinkSession): Promise<void> {
    const { stream, cursor, losses, wakeup } = session;
    if (cursor.position !== null) this.#setState("behind");
    await this.#retry(session, () => this.#findPosition(session));
    // Where messages were announced that the stream doesn't have, and whether it has none that match at all: true until one comes.
    let odd = null as { at: number | null; isElsewhere: boolean } | null;
    for (;;) {
      await this.#retry(session, async () => {
        this.#readHistories();
        if (await catchUp(session))
          odd = { at: cursor.position, isElsewhere: await this.#isStoredElsewhere(session) };
        else if (cursor.position !== odd?.at) odd = null;
        await losses.endBreak(stream, session.readyMs);
      });
      // The link may have gone together with its last answer.
      if (this.#session !== session) return;
      this.#setState(odd?.isElsewhere ? "unreadable" : "current", odd === null ? undefined : "elsewhere");
      this.#startListeners();
      await wakeup.next(stream.signal);
    }
  }

  /** Finds the place to begin at; on a later link, makes sure that the stream is still the same. */
  async #findPosition(session: LinkSession): Promise<void> {
    const { stream, cursor } = session;
    if (cursor.position !== null) return verifyIdentity(session);
    const any = await stream.get({ last_by_subj: ">" });
    // It shows later whether all of a history was read.
    const isOwn = any === null || covers(stream.filter, any.subject);
    const own = isOwn ? any : await stream.get({ last_by_subj: stream.filter });
    // It may have been stored meanwhile, or a replica may be behind another.
    const last = own !== null && any !== null && own.sequence > any.sequence ? own : any;
    const known =
      last?.sequence ??
      (await (await loadPart(import("./info.ts"), stream.signal)).lastSequenceOfEmpty(stream));
    // Where it can't be learnt, nothing is left out: whatever the stream has had since its first message may be missing.
    const at = known ?? 0;
    // What came live may have been let go on meanwhile.
    if (cursor.position !== null) return;
    // An empty stream sent nothing: what came before was of another.
    if (last === null) cursor.restart();
    this.#listeners.startAt(at, own);
    cursor.begin(at, last?.time ?? "", own, known === null ? at + 1 : 0);
  }

  async #isStoredElsewhere({ stream, cursor }: LinkSession): Promise<boolean> {
    if (cursor.lastMatch !== null) return false;
    const { isStoredElsewhere } = await loadPart(import("./missing.ts"), stream.signal);
    return isStoredElsewhere(stream, cursor.position ?? 0);
  }

  /** Looks in silence whether the last message was lost, and now and then what became of sequences that nobody named. */
  async #watch({ stream, cursor, losses, clock, wakeup }: LinkSession): Promise<void> {
    for (let turn = 1; ; turn += 1) {
      const sinceMs = clock.now();
      await pause(clock, SILENCE_MS, stream.signal);
      if (turn % IDENTITY_CHECK_TURNS === 0) cursor.identityChecksWanted += 1;
      // The clock may have been set back.
      const isSilent = losses.completeAtMs <= sinceMs || losses.completeAtMs > clock.now();
      if (isSilent || cursor.needsIdentityCheck) wakeup.wake();
      if (turn % SKIPPED_CHECK_TURNS === 0) await losses.checkSkipped(stream);
    }
  }

  /** Does it until it succeeds; what comes live goes on where there is little hope. */
  #retry({ stream, clock }: LinkSession, work: () => Promise<void>): Promise<void> {
    return retry(work, stream, clock, (isHopeless, reason) => {
      this.#setState(isHopeless ? "unreadable" : "waiting", reason);
      if (isHopeless) this.#skipUnreadable();
    });
  }

  // --- the listeners ---

  #startListeners(): void {
    this.#listeners.startAt(this.#cursor.position ?? 0, this.#cursor.lastMatch);
    this.#readHistories();
  }

  /** Reads the histories of those that have a place and haven't got theirs yet. */
  #readHistories(): void {
    if (this.#session !== null) this.#listeners.readHistories(this.#session.stream);
  }

  /** What came live is handed on without what can't be read; where the stream doesn't republish there is nothing. */
  #skipUnreadable(): void {
    const cursor = this.#cursor;
    const { startPosition } = cursor;
    if (this.#parts.source.republished === undefined || startPosition === null) return;
    // What comes of a stream that wasn't there is another's, and begins before what was held.
    if (cursor.needsIdentityCheck && this.#state.reason === "no-stream") return;
    // Whoever has come meanwhile gets what came live since, too.
    this.#listeners.startAt(startPosition, null);
    if (cursor.position === null) cursor.begin(startPosition, "");
    cursor.skipMissing();
    this.#listeners.giveUpHistories();
    this.#losses.giveUpSkipped();
  }

  /** What the first of two links brings yet may show that nothing is missing. */
  async #skipUnreadableLater({ stream, clock }: LinkSession): Promise<void> {
    await pause(clock, SECOND_LINK_LEAD_MS, stream.signal);
    if (this.#state.state === "unreadable") this.#skipUnreadable();
  }

  #setState(state: SequenceState["state"], reason?: SequenceReason): void {
    if (state === this.#state.state && reason === this.#state.reason) return;
    this.#state = reason === undefined ? { state } : { state, reason };
    this.#listeners.reportState(this.state);
  }
}
