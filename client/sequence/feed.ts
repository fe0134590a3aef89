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

/** Milliseconds between two checks for silence: a feed that was silent since the last one asks whether a message was lost. */
const SILENCE_MS = 2500;

/** Silence checks per identity check: once a minute, the feed asks whether the stream is still the same. */
const IDENTITY_CHECK_TURNS = 24;

/** Silence checks per count of skipped sequences: every ten seconds, the feed asks how many of them are missing messages. */
const SKIPPED_CHECK_TURNS = 4;

/** Milliseconds after a handover in which the new link may repeat announcements of the old one. */
const REPEATED_ANNOUNCEMENT_MS = 500;

/** Milliseconds by which the second of two overlapping links may be ahead of the first. */
const SECOND_LINK_LEAD_MS = 500;

export interface FeedParts {
  /** The filter for the stream's messages; may have wildcards. */
  readonly subject: string;
  readonly source: StreamSource;
  readonly clock: Clock;
}

/** What one subscription on one link has delivered. */
interface ReceiverProgress {
  /** The sequence of the subscription's last message. */
  sequence: number;
  /** The cursor's generation at that message: sequences of different generations can't be compared. */
  generation: number;
  /** Until when the link may be ahead of an older one, epoch milliseconds; null before the first message. */
  aheadUntilMs: number | null;
}

/** How the feed follows one link, from when it is ready until it is replaced or lost. */
interface LinkSession extends ReadContext {
  readonly wakeup: Wakeup;
  /** When the link was ready, epoch milliseconds. */
  readonly readyMs: number;
  /** For how long the link may repeat announcements of the link before it, milliseconds. */
  readonly repeatsMs: number;
}

/**
 * Delivers the messages of one stream that match one subject, in the stream's order, each once, over any number of
 * links. Reports every missing message as part of a gap.
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

  get state(): SequenceState {
    return { ...this.#state, lastSequence: this.#cursor.position };
  }

  /**
   * Adds a listener; the returned function removes it.
   * @param history the stored messages that this listener gets first
   * @param replaced a listener that the caller removes; without a `history`, the new one takes over its position
   */
  add(listener: SequencedListener, history?: History, replaced?: SequencedListener): () => void {
    const leave = this.#listeners.add(listener, history, replaced);
    const { state, reason } = this.#state;
    // While messages are missing and may still be read, the new listener waits until the feed is current.
    if (state === "current" || reason === "elsewhere") this.#startListeners();
    else if (state === "unreadable") this.#skipUnreadable();
    return leave;
  }

  /**
   * Returns the handler for one subscription to the subject, or to the stream's RePublish destination. Each subscription
   * needs its own: only between two of its own messages does `Nats-Last-Sequence` prove that none was lost.
   */
  createReceiver(): (message: Message) => void {
    const aheadUntilMs = this.#session === null ? 0 : null;
    const progress: ReceiverProgress = { sequence: 0, generation: 0, aheadUntilMs };
    return (message) => this.#onMessage(message, progress);
  }

  #onMessage(message: Message, progress: ReceiverProgress): void {
    const { source, subject, clock } = this.#parts;
    if (source.republished === undefined) {
      this.#onAnnouncement();
      return;
    }
    const parts = parseStored(message);
    const last = serverHeader(message, "Nats-Last-Sequence");
    // Somebody may aim an answer of Direct Get at this subject: the headers are much the same.
    const isRepublished =
      last !== "" &&
      serverHeader(message, "Nats-Num-Pending") === "" &&
      serverHeader(message, "Nats-Stream") === source.name;
    if (parts === null || !isRepublished || !covers(subject, parts.subject)) this.#listeners.reportDropped();
    // The stream republishes headers only: the payload has to be fetched.
    else if (serverHeader(message, "Nats-Msg-Size") !== "") this.#onAnnouncement(parts);
    else {
      const { generation } = this.#cursor;
      const before = progress.generation === generation ? progress.sequence : 0;
      const previousOnSubject = Number(last) === before ? before : 0;
      progress.generation = generation;
      progress.sequence = parts.sequence;
      progress.aheadUntilMs ??= clock.now() + SECOND_LINK_LEAD_MS;
      this.#onLive(new StoredMessage(parts, false), previousOnSubject, progress.aheadUntilMs);
    }
  }

  /** The server has confirmed the subscription on this link. From now on, requests go over it. */
  useLink(link: LinkPort): void {
    const { source, subject, clock } = this.#parts;
    const session: LinkSession = {
      stream: new Stream(source, subject, link, clock, () => this.#listeners.reportDropped()),
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
    // All that was announced so far is read now in any case, and this link may announce it again.
    this.#cursor.clearAnnouncements();
    // Both tasks end when the link does.
    for (const work of [this.#follow(session), this.#watch(session)]) work.catch(fallback(undefined));
  }

  /** No link delivers the subject: the last was lost, or its server refused the subject. `cause` is null for a stop. */
  onLinkLost(cause: Fault | null): void {
    this.#endSession();
    if (this.#cursor.position === null) {
      this.#setState("opening");
      return;
    }
    this.#losses.beginBreak(cause);
    this.#setState("behind", "no-link");
  }

  /** Ends all requests and removes all listeners. */
  end(): void {
    this.#endSession();
    this.#listeners.clear();
  }

  #endSession(): void {
    this.#session?.stream.end();
    this.#session = null;
  }

  #onLive(message: StoredMessage, previousOnSubject: number, aheadUntilMs: number): void {
    const cursor = this.#cursor;
    const outcome = cursor.onLive(message, previousOnSubject);
    if (outcome === "next") {
      this.#losses.markComplete();
      // A server older than 2.10 republishes without a time: the time of one message has to be requested.
      if (message.time === "" && !cursor.lastMessage?.time) this.#session?.wakeup.wake();
    } else if (outcome === "held") {
      if (this.#state.state === "unreadable") {
        const session = this.#session;
        if (session !== null && session.clock.now() < aheadUntilMs)
          this.#skipUnreadableLater(session).catch(fallback(undefined));
        else this.#skipUnreadable();
      }
      this.#session?.wakeup.wake();
    } else if (cursor.onOldMessage(message)) this.#session?.wakeup.wake();
  }

  /** A message was published whose payload has to be fetched; `parts` has its headers if the stream republishes them. */
  #onAnnouncement(parts?: StoredParts): void {
    const [session, cursor] = [this.#session, this.#cursor];
    if (session === null) return;
    const isOld = parts !== undefined && parts.sequence <= (cursor.position ?? 0);
    if (isOld && !cursor.onOldMessage(parts)) return;
    // If this may be a repeat, the stream is read at once, but no further message is awaited.
    const isNew = Math.abs(session.clock.now() - session.readyMs) >= session.repeatsMs;
    if (!isOld && isNew) cursor.onAnnouncement(parts?.sequence);
    session.wakeup.wake();
  }

  async #follow(session: LinkSession): Promise<void> {
    const { stream, cursor, losses, wakeup } = session;
    if (cursor.position !== null) this.#setState("behind");
    await this.#retry(session, () => this.#findPosition(session));
    // Set while announced messages aren't in the stream, until the position moves.
    let notStored = null as { position: number | null; isElsewhere: boolean } | null;
    for (;;) {
      await this.#retry(session, async () => {
        this.#readHistories();
        if (await catchUp(session))
          notStored = { position: cursor.position, isElsewhere: await this.#isStoredElsewhere(session) };
        else if (cursor.position !== notStored?.position) notStored = null;
        await losses.endBreak(stream, session.readyMs);
      });
      // The link may have been lost right after its last answer.
      if (this.#session !== session) return;
      this.#setState(notStored?.isElsewhere ? "unreadable" : "current", notStored ? "elsewhere" : undefined);
      this.#startListeners();
      await wakeup.next(stream.signal);
    }
  }

  /** Sets the position to the stream's last message; on a later link, checks that the stream is still the same. */
  async #findPosition(session: LinkSession): Promise<void> {
    const { stream, cursor } = session;
    if (cursor.position !== null) return verifyIdentity(session);
    const newest = await stream.get({ last_by_subj: ">" });
    // The last match shows later whether a history was read to its end.
    const isMatch = newest === null || covers(stream.filter, newest.subject);
    const lastMatch = isMatch ? newest : await stream.get({ last_by_subj: stream.filter });
    // The match is newer if it was stored between the two requests, or if the first replica is behind.
    const last = (lastMatch?.sequence ?? 0) > (newest?.sequence ?? 0) ? lastMatch : newest;
    const known =
      last?.sequence ??
      (await (await loadPart(import("./info.ts"), stream.signal)).lastSequenceOfEmpty(stream));
    // If the last sequence is unknown, the feed begins at the stream's first message, so that it leaves none out.
    const position = known ?? 0;
    // `skipUnreadable` may have set the position in the meantime.
    if (cursor.position !== null) return;
    // An empty stream sent no messages: those that are held came from a stream that was recreated.
    if (last === null) cursor.restart();
    this.#listeners.startAt(position, lastMatch);
    cursor.begin(position, last?.time ?? "", lastMatch, known === null ? position + 1 : 0);
  }

  async #isStoredElsewhere({ stream, cursor }: LinkSession): Promise<boolean> {
    if (cursor.lastMatch !== null) return false;
    const { isStoredElsewhere } = await loadPart(import("./missing.ts"), stream.signal);
    return isStoredElsewhere(stream, cursor.position ?? 0);
  }

  /** Checks regularly for a lost last message, a recreated stream, and missing messages in skipped ranges. */
  async #watch({ stream, cursor, losses, clock, wakeup }: LinkSession): Promise<void> {
    for (let turn = 1; ; turn += 1) {
      const sinceMs = clock.now();
      await pause(clock, SILENCE_MS, stream.signal);
      if (turn % IDENTITY_CHECK_TURNS === 0) cursor.identityChecksWanted += 1;
      // `completeAtMs` lies in the future if the clock was set back.
      const isSilent = losses.completeAtMs <= sinceMs || losses.completeAtMs > clock.now();
      if (isSilent || cursor.needsIdentityCheck) wakeup.wake();
      if (turn % SKIPPED_CHECK_TURNS === 0) await losses.checkSkipped(stream);
    }
  }

  /** Repeats `work` until it succeeds; while that is hopeless, live messages are delivered without the missing ones. */
  #retry({ stream, clock }: LinkSession, work: () => Promise<void>): Promise<void> {
    return retry(work, stream, clock, (isHopeless, reason) => {
      this.#setState(isHopeless ? "unreadable" : "waiting", reason);
      if (isHopeless) this.#skipUnreadable();
    });
  }

  #startListeners(): void {
    this.#listeners.startAt(this.#cursor.position ?? 0, this.#cursor.lastMatch);
    this.#readHistories();
  }

  #readHistories(): void {
    if (this.#session !== null) this.#listeners.readHistories(this.#session.stream);
  }

  /** Delivers live messages without those that can't be read. A stream without RePublish has no live messages. */
  #skipUnreadable(): void {
    const cursor = this.#cursor;
    const { startPosition } = cursor;
    if (this.#parts.source.republished === undefined || startPosition === null) return;
    // The stream was deleted: what arrives now is from its successor, and may begin before what is held.
    if (cursor.needsIdentityCheck && this.#state.reason === "no-stream") return;
    // New listeners get the held messages, too.
    this.#listeners.startAt(startPosition, null);
    if (cursor.position === null) cursor.begin(startPosition, "");
    cursor.skipMissing();
    this.#listeners.giveUpHistories();
    this.#losses.giveUpSkipped();
  }

  /** As `skipUnreadable`, after the older of two links has had time to deliver what seems to be missing. */
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
