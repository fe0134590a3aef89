// Loaded before virtual time begins: the feed imports them lazily, which would take real time.
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
import type { SequencedLife } from "./sequenced.ts";
import { settled } from "./settled.ts";
import { CountedClock, VirtualClock } from "./virtual-clock.ts";
import { headersOf } from "./virtual-headers.ts";
import { type VirtualAnswer, type VirtualMessage, VirtualStream } from "./virtual-stream.ts";

/** How long the replaced link goes on after a handover, milliseconds. */
const OVERLAP_MS = 300;

const ENCODER = new TextEncoder();

/** How much further every second server is away, milliseconds. */
const DETOUR_MS = 60;

/** A listener, all that it was told, and how it leaves. */
export interface FeedListener extends SequencedLife {
  promisedFrom: number | null;
  sequenced: SequencedListener;
  leave: () => void;
}

/** One link: what it carries takes its time, in order. */
class VirtualLink implements LinkPort {
  isOpen = true;
  isReady = false;
  /** Takes what it brings. */
  readonly receive: (message: Message) => void;
  readonly #world: FeedWorld;
  /** One server is further away than the other. */
  readonly #detourMs: number;
  readonly #inbox: Inbox;
  #arrivesAtMs = 0;

  constructor(world: FeedWorld, detourMs: number) {
    this.#world = world;
    this.#detourMs = detourMs;
    this.receive = world.feed.receiver();
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

  /** Calls back after the latency, unless the link has ended by then. */
  carry(what: () => void): void {
    const { clock, latencyMs } = this.#world;
    this.#arrivesAtMs = Math.max(this.#arrivesAtMs, clock.now() + latencyMs + this.#detourMs);
    clock.after(this.#arrivesAtMs - clock.now(), () => {
      if (this.isOpen) what();
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
      if (!this.#world.takeLostAnswer()) this.carry(() => answered(messageOf(reply, answer)));
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
  readonly listeners: FeedListener[] = [];
  readonly states: SequenceState[] = [];
  /** All that the stream ever stored, in order. */
  readonly stored: VirtualMessage[] = [];
  latencyMs = 5;
  readonly #schedule: FeedSchedule;
  readonly #links = new Set<VirtualLink>();
  /** The link that the feed asks over. */
  #followed: VirtualLink | null = null;
  #toLose = 0;
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
    this.#join(undefined);
  }

  takeLostAnswer(): boolean {
    if (this.#answersToLose === 0) return false;
    this.#answersToLose -= 1;
    return true;
  }

  /** Does one thing; what follows from it follows as the clock moves. */
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
        this.#toLose += action.count;
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
        // A feed can't tell a stream from another that has got as far between two looks; nor, where it may not ask how far
        // an empty one had got, from any.
        if (action.what !== "stream" || (stream.lastSequence > 50_000 && !this.#schedule.isInfoDenied))
          stream.discard(action.what);
        break;
      case "skew":
        stream.skewMs = action.ms;
        break;
      case "join":
        if (action.isBehind && stream.mood === "on") stream.mood = "behind";
        this.#join(action.history);
        break;
      case "replace":
        this.#replace(action.listener);
        break;
      case "leave":
        if (this.listeners.length > 1) this.listeners.pop()?.leave();
    }
  }

  /**
   * What was promised to a listener is counted from the first moment in which the feed lacked nothing,
   * or handed on what is republished because it can't have what it lacks.
   */
  notice(): void {
    const { state, reason, lastSequence } = this.feed.state;
    const goesOn = state === "unreadable" && reason !== "no-stream" && lastSequence !== null;
    if (state !== "current" && !(goesOn && this.#schedule.republishes)) return;
    for (const listener of this.listeners) listener.promisedFrom ??= this.stored.length;
  }

  #join(history: History | undefined): void {
    const [messages, gaps]: [Message[], Gap[]] = [[], []];
    const sequenced = this.#hearing(messages, gaps);
    const leave = this.feed.add(sequenced, history);
    this.listeners.push({ history, messages, gaps, promisedFrom: null, sequenced, leave });
  }

  #hearing(messages: Message[], gaps: Gap[]): SequencedListener {
    return {
      message: (message) => messages.push(message),
      gap: (gap) => gaps.push(gap),
      state: (state) => this.states.push(state),
      dropped: () => {},
    };
  }

  /** Another takes the place of one that wants no history: what both get together is what one would have got. */
  #replace(index: number): void {
    const replaced = this.listeners[index % this.listeners.length];
    if (replaced === undefined || replaced.history !== undefined) return;
    const { messages, gaps, leave } = replaced;
    const sequenced = this.#hearing(messages as Message[], gaps as Gap[]);
    const next = this.feed.add(sequenced, undefined, replaced.sequenced);
    leave();
    replaced.sequenced = sequenced;
    replaced.leave = next;
  }

  #publish(action: Extract<FeedAction, { do: "publish" | "refused" }>): void {
    const { subject, count, everyMs } = action;
    if (count > 1) this.clock.after(everyMs, () => this.#publish({ ...action, count: count - 1 }));
    this.#announce(subject);
    if (action.do === "publish") this.stream.take(subject, `m${this.#published++}`);
  }

  #publishTogether(subject: string, count: number): void {
    for (let i = 0; i < count; i += 1) this.#announce(subject);
    const payloads = Array.from({ length: count }, () => `m${this.#published++}`);
    this.clock.after(200, () => this.stream.take(subject, ...payloads));
  }

  /** A message on the subject itself: all that a feed gets where the stream doesn't republish. */
  #announce(subject: string): void {
    const { republishes, filter } = this.#schedule;
    if (republishes || !covers(filter, subject)) return;
    this.#carryLive({ subject, data: new Uint8Array(), isHistory: false, respond: () => false });
  }

  #stored(message: VirtualMessage): void {
    this.stored.push(message);
    const { republishes, filter } = this.#schedule;
    if (!republishes || !covers(filter, message.subject)) return;
    this.#carryLive(messageOf(`re.${message.subject}`, this.stream.republished(message)));
  }

  #carryLive(message: Message): void {
    for (const link of this.#links) {
      if (this.#toLose > 0) this.#toLose -= 1;
      else
        link.carry(() => {
          // As the client does it: announcements count on one link.
          if (this.#schedule.republishes || link === this.#followed) link.receive(message);
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

  /** @param ready is called once the feed asks over it */
  #open(ready = () => {}): void {
    this.#opened += 1;
    const link = new VirtualLink(this, this.#opened % 2 === 0 ? DETOUR_MS : 0);
    this.#links.add(link);
    this.clock.after(this.latencyMs, () => {
      if (!link.isOpen) return;
      link.isReady = true;
      this.#followed = link;
      this.feed.ready(link);
      ready();
    });
  }

  #cut(isStop: boolean): void {
    if (this.#links.size === 0) return;
    for (const link of this.#links) link.end();
    this.#links.clear();
    this.feed.gone(isStop ? null : CAUSE);
  }

  /** Another link takes over; the replaced one goes on for a while. */
  #handOver(): void {
    const before = [...this.#links];
    // One at a time, as the client does it.
    if (before.length !== 1 || before[0]?.isReady !== true) return;
    this.#open(() => {
      this.clock.after(OVERLAP_MS, () => {
        for (const link of before) if (this.#links.delete(link)) link.end();
      });
    });
  }

  /** Lets everything happen that is due by `untilMs`. */
  async run(untilMs: number): Promise<void> {
    await this.#settle();
    while (this.clock.ringNext(untilMs)) await this.#settle();
    this.clock.moveTo(untilMs);
  }

  async #settle(): Promise<void> {
    await settled();
    this.notice();
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
