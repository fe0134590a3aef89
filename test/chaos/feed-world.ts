// Loaded ahead: the feed imports these lazily, which takes real time, and virtual time doesn't wait.
import "../../client/sequence/history.ts";
import "../../client/sequence/info.ts";
import "../../client/sequence/missing.ts";
import "../../client/sequence/one-by-one.ts";
import { Inbox } from "../../client/connection/inbox.ts";
import type { Message } from "../../client/index.ts";
import { covers } from "../../client/sequence/covers.ts";
import { SequencedFeed } from "../../client/sequence/feed.ts";
import type { History, LinkPort, SequencedListener, SequenceState } from "../../client/sequence/port.ts";
import type { Gap } from "../../client/subscriptions/gap.ts";
import type { FeedAction, FeedSchedule } from "./feed-schedule.ts";
import type { ListenerRecord } from "./sequenced.ts";
import { settled } from "./settled.ts";
import { CountedClock, VirtualClock } from "./virtual-clock.ts";
import { headersOf } from "./virtual-headers.ts";
import { type VirtualAnswer, type VirtualMessage, VirtualStream } from "./virtual-stream.ts";

/** How long the old link delivers after a handover, milliseconds. */
const OVERLAP_MS = 300;

const ENCODER = new TextEncoder();

/** Additional latency of every second link, milliseconds. */
const DETOUR_MS = 60;

/** A listener with everything it received, and the function that removes it. */
export interface RecordedListener extends ListenerRecord {
  owedFrom: number | null;
  sequenced: SequencedListener;
  leave: () => void;
}

/** One link: it delivers in order, after the latency. */
class VirtualLink implements LinkPort {
  isOpen = true;
  isReady = false;
  /** Passes a message of this link to the feed. */
  readonly receive: (message: Message) => void;
  readonly #world: FeedWorld;
  readonly #detourMs: number;
  readonly #inbox: Inbox;
  #arrivesAtMs = 0;

  constructor(world: FeedWorld, detourMs: number) {
    this.#world = world;
    this.#detourMs = detourMs;
    this.receive = world.feed.createReceiver();
    let answered: (message: Message) => void = () => {};
    this.#inbox = new Inbox(world.feedClock, "inbox", {
      subscribe: (_, __, callback) => {
        answered = callback;
      },
      publish: (subject, payload, { reply = "" }) =>
        void world.clock.after(world.latencyMs, () =>
          this.#answer(subject, String(payload), reply, answered),
        ),
    });
  }

  /** Calls `deliver` after the latency, unless the link has ended by then. */
  carry(deliver: () => void): void {
    const { clock, latencyMs } = this.#world;
    this.#arrivesAtMs = Math.max(this.#arrivesAtMs, clock.now() + latencyMs + this.#detourMs);
    clock.after(this.#arrivesAtMs - clock.now(), () => {
      if (this.isOpen) deliver();
    });
  }

  ask(...question: Parameters<LinkPort["ask"]>): Promise<void> {
    return this.#inbox.ask(...question);
  }

  #answer(subject: string, payload: string, reply: string, answered: (message: Message) => void): void {
    if (!this.isOpen) return;
    const answers = this.#world.stream.answer(subject, payload);
    if (answers === "denied") {
      this.carry(() => this.#inbox.onDenied({ use: "publish", subject, queue: null }, ""));
      return;
    }
    for (const answer of answers) {
      if (!this.#world.dropsNextAnswer()) this.carry(() => answered(messageOf(reply, answer)));
    }
  }

  end(): void {
    this.isOpen = false;
    this.#inbox.end();
  }
}

/** A feed, its stream, and the links between them, in virtual time. */
export class FeedWorld {
  readonly clock = new VirtualClock();
  readonly feedClock = new CountedClock(this.clock);
  readonly stream: VirtualStream;
  readonly feed: SequencedFeed;
  readonly listeners: RecordedListener[] = [];
  readonly states: SequenceState[] = [];
  /** Every message that the stream ever stored, in order. */
  readonly stored: VirtualMessage[] = [];
  latencyMs = 5;
  readonly #schedule: FeedSchedule;
  readonly #links = new Set<VirtualLink>();
  /** The link over which the feed sends its requests. */
  #requestLink: VirtualLink | null = null;
  #liveToLose = 0;
  #answersToLose = 0;
  #published = 0;
  #opened = 0;

  constructor(schedule: FeedSchedule) {
    this.#schedule = schedule;
    const { filter, republishes, lastSequence, limit, limitPerSubject, isOld, isInfoDenied } = schedule;
    this.stream = new VirtualStream({
      name: "S",
      subjects: ["s.>"],
      clock: this.clock,
      lastSequence,
      limit,
      limitPerSubject,
      isOld,
      isInfoDenied,
      stored: (message) => this.#stored(message),
    });
    this.feed = new SequencedFeed({
      subject: filter,
      source: { name: "S", ...(republishes ? { republished: `re.${filter}` } : {}) },
      clock: this.feedClock,
    });
    this.#addListener(undefined);
  }

  /** Whether the next answer is lost; counts it off. */
  dropsNextAnswer(): boolean {
    if (this.#answersToLose === 0) return false;
    this.#answersToLose -= 1;
    return true;
  }

  /** Performs an action; its consequences follow as the clock moves. */
  act(action: FeedAction): void {
    const { stream } = this;
    switch (action.do) {
      case "publish":
      case "refused":
        this.#publish(action);
        break;
      case "batch":
        this.#publishTogether(action.subject, action.count);
        break;
      case "forge":
        this.#forge();
        break;
      case "lose":
        this.#liveToLose += action.count;
        break;
      case "lose-answer":
        this.#answersToLose += 1;
        break;
      case "cut":
        this.#cut(action.isStop);
        break;
      case "open":
        if (this.#links.size === 0) this.#open();
        break;
      case "handover":
        this.#handOver();
        break;
      case "latency":
        this.latencyMs = action.ms;
        break;
      case "mood":
        stream.mood = action.mood;
        break;
      case "discard":
        // A feed can't notice a replaced stream that has reached the same sequence between two checks, nor any at all
        // without STREAM.INFO.
        if (action.what !== "stream" || (stream.lastSequence > 50_000 && !this.#schedule.isInfoDenied))
          stream.discard(action.what);
        break;
      case "skew":
        stream.skewMs = action.ms;
        break;
      case "join":
        if (action.isBehind && stream.mood === "on") stream.mood = "behind";
        this.#addListener(action.history);
        break;
      case "replace":
        this.#replace(action.listener);
        break;
      case "leave":
        if (this.listeners.length > 1) this.listeners.pop()?.leave();
    }
  }

  /**
   * Records from when on a listener is owed every message: from the first moment in which the feed was current, or passed
   * on republished messages although the stream can't be read.
   */
  markOwed(): void {
    const { state, reason, lastSequence } = this.feed.state;
    const isSkipping = state === "unreadable" && reason !== "no-stream" && lastSequence !== null;
    if (state !== "current" && !(isSkipping && this.#schedule.republishes)) return;
    for (const listener of this.listeners) listener.owedFrom ??= this.stored.length;
  }

  #addListener(history: History | undefined): void {
    const [messages, gaps]: [Message[], Gap[]] = [[], []];
    const sequenced = this.#recorder(messages, gaps);
    const leave = this.feed.add(sequenced, history);
    this.listeners.push({ history, messages, gaps, owedFrom: null, sequenced, leave });
  }

  #recorder(messages: Message[], gaps: Gap[]): SequencedListener {
    return {
      message: (message) => messages.push(message),
      gap: (gap) => gaps.push(gap),
      state: (state) => this.states.push(state),
      dropped: () => {},
    };
  }

  /** Replaces a listener without history. The new one goes on with its record: together they must get everything once. */
  #replace(index: number): void {
    const replaced = this.listeners[index % this.listeners.length];
    if (replaced === undefined || replaced.history !== undefined) return;
    const { messages, gaps, leave } = replaced;
    const sequenced = this.#recorder(messages as Message[], gaps as Gap[]);
    const next = this.feed.add(sequenced, undefined, replaced.sequenced);
    leave();
    replaced.sequenced = sequenced;
    replaced.leave = next;
  }

  #publish(action: Extract<FeedAction, { do: "publish" | "refused" }>): void {
    const { subject, count, everyMs } = action;
    if (count > 1) this.clock.after(everyMs, () => this.#publish({ ...action, count: count - 1 }));
    this.#deliverAnnouncement(subject);
    if (action.do === "publish") this.stream.take(subject, `m${this.#published++}`);
  }

  #publishTogether(subject: string, count: number): void {
    for (let i = 0; i < count; i += 1) this.#deliverAnnouncement(subject);
    const payloads = Array.from({ length: count }, () => `m${this.#published++}`);
    this.clock.after(200, () => this.stream.take(subject, ...payloads));
  }

  /** Delivers a message on the subject itself, which is all that a feed gets if the stream doesn't republish. */
  #deliverAnnouncement(subject: string): void {
    const { republishes, filter } = this.#schedule;
    if (republishes || !covers(filter, subject)) return;
    this.#deliverLive({ subject, data: new Uint8Array(), isHistory: false, respond: () => false });
  }

  #stored(message: VirtualMessage): void {
    this.stored.push(message);
    const { republishes, filter } = this.#schedule;
    if (!republishes || !covers(filter, message.subject)) return;
    this.#deliverLive(messageOf(`re.${message.subject}`, this.stream.republished(message)));
  }

  #deliverLive(message: Message): void {
    for (const link of this.#links) {
      if (this.#liveToLose > 0) this.#liveToLose -= 1;
      else
        link.carry(() => {
          // Like the client: messages on the subject itself count on one link only.
          if (this.#schedule.republishes || link === this.#requestLink) link.receive(message);
        });
    }
  }

  #forge(): void {
    if (this.stream.mood !== "on") return;
    const from = Math.max(1, this.stream.lastSequence - 1);
    const body = JSON.stringify({ seq: from, batch: 3, next_by_subj: ">" });
    for (const answer of this.stream.answer("$JS.API.DIRECT.GET.S", body)) {
      if (typeof answer === "string") continue;
      for (const link of this.#links) link.carry(() => link.receive(messageOf("re.s.a.1", answer)));
    }
  }

  /** @param ready called once the feed uses the link */
  #open(ready = () => {}): void {
    this.#opened += 1;
    const link = new VirtualLink(this, this.#opened % 2 === 0 ? DETOUR_MS : 0);
    this.#links.add(link);
    this.clock.after(this.latencyMs, () => {
      if (!link.isOpen) return;
      link.isReady = true;
      this.#requestLink = link;
      this.feed.useLink(link);
      ready();
    });
  }

  #cut(isStop: boolean): void {
    if (this.#links.size === 0) return;
    for (const link of this.#links) link.end();
    this.#links.clear();
    this.feed.onLinkLost(isStop ? null : CAUSE);
  }

  /** Opens a second link, which takes over; the old one goes on for `OVERLAP_MS`. */
  #handOver(): void {
    const before = [...this.#links];
    // Like the client: one handover at a time.
    if (before.length !== 1 || before[0]?.isReady !== true) return;
    this.#open(() => {
      this.clock.after(OVERLAP_MS, () => {
        for (const link of before) if (this.#links.delete(link)) link.end();
      });
    });
  }

  /** Runs everything that is due by `untilMs`. */
  async run(untilMs: number): Promise<void> {
    await this.#settle();
    while (this.clock.ringNext(untilMs)) await this.#settle();
    this.clock.moveTo(untilMs);
  }

  async #settle(): Promise<void> {
    await settled();
    this.markOwed();
  }
}

const CAUSE = {
  kind: "unreachable",
  evidence: {},
  confidence: "certain",
  retryable: true,
  explanation: "unreachable",
} as const;

function messageOf(subject: string, answer: VirtualAnswer): Message {
  return {
    subject,
    data: ENCODER.encode(answer.payload),
    headers: headersOf(answer),
    isHistory: false,
    respond: () => false,
  } as Message;
}
