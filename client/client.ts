import { checkNames } from "./check-options.ts";
import { systemClock } from "./clock.ts";
import { Engine } from "./engine.ts";
import { messageOf, NotLiveError } from "./errors.ts";
import type { Link } from "./link.ts";
import { Listeners } from "./listeners.ts";
import { idleMachine } from "./machine.ts";
import type { Message, MessageHandler } from "./message.ts";
import { checkPublishOptions, type PublishOptions } from "./native-message.ts";
import {
  type ClientOptions,
  type Clock,
  checkServerUrl,
  DEFAULT_TUNABLES,
  type MessagesOptions,
  mergeTunables,
  type PartialTunables,
  type SubscribeOptions,
  type Tunables,
} from "./options.ts";
import { Outbox, type OutboxCounts } from "./outbox.ts";
import { project } from "./project.ts";
import { type Stability, StabilityMeter } from "./stability.ts";
import { type ConnectionState, faultOf, STATUS_RULES } from "./state.ts";
import { checkPublishSubject, checkQueue, checkSubscribeSubject } from "./subject.ts";
import type { Gap, Missing } from "./subscriptions/gap.ts";
import { MessageStream } from "./subscriptions/message-stream.ts";
import { contentOf } from "./subscriptions/overlap.ts";
import { Registry } from "./subscriptions/registry.ts";
import type { Listener, Subscription } from "./subscriptions/subscription.ts";
import { type StopOutcome, Timeline, type TimelineEvent } from "./timeline.ts";

/** How a start ended: `retrying` means that an attempt failed and others follow. */
export type StartOutcome = "live" | "retrying" | "failed" | "stopped";

/** How many messages may wait for a reader of `messages()` unless told otherwise. */
const STREAM_LIMIT = 1000;

/** How long a request waits for its answer unless told otherwise, milliseconds. */
const REQUEST_TIMEOUT_MS = 5000;

/**
 * A NATS client for a page: it connects, retries, resubscribes, notices dead
 * links and says what is wrong. Any call may come in any state, any number of times.
 */
export class MyceliumClient {
  /** What happened to the connection, bounded. */
  readonly timeline = new Timeline();
  readonly #clock: Clock;
  readonly #engine: Engine;
  readonly #registry: Registry;
  readonly #stateListeners = new Listeners<[ConnectionState]>((reason) => this.#failed("state", reason));
  readonly #waiters = new Set<() => void>();
  readonly #outbox: Outbox;
  readonly #meter = new StabilityMeter();
  #state: ConnectionState;
  /** The last subject that was found fit to publish to. */
  #publishable = "";
  #streams = 0;
  #closes = 0;
  #lastOutcome: StopOutcome = "nothing-open";

  /** @throws TypeError or RangeError that names the wrong option and the fix */
  constructor(options: ClientOptions) {
    if (options.servers.length === 0) throw new TypeError("servers is empty: give a ws:// or wss:// URL");
    const clock = options.clock ?? systemClock;
    const random = options.random ?? Math.random;
    this.#clock = clock;
    this.#outbox = new Outbox(options.outboxLimit ?? 0);
    this.#registry = new Registry(
      {
        failed: (what, subject, reason) => {
          if (what === "message") this.#log({ type: "handler-failed", subject, message: messageOf(reason) });
          else this.#failed(`${what} of ${subject}`, reason);
        },
        denied: (subject, reason) => this.#log({ type: "subscription-denied", subject, fault: reason }),
        gaps: (gaps) => this.#logGaps(gaps),
      },
      () => clock.now(),
      async (stream, subject, deliver) => {
        const { Recovery } = await import("./recovery/recovery.ts");
        return new Recovery({ stream, subject, clock, contentOf, deliver });
      },
    );
    this.#engine = new Engine(
      idleMachine(mergeTunables(DEFAULT_TUNABLES, options), clock.now()),
      {
        servers: shuffled(options.servers.map(checkServerUrl), random),
        followCluster: options.followCluster ?? false,
        credentials: options.credentials ?? (async () => ({ type: "none" })),
        investigate: options.investigate ?? (async () => null),
        name: options.name,
        clock,
        random,
        webSocket: options.webSocket ?? ((url) => new WebSocket(url)),
      },
      {
        stepped: () => this.#stepped(),
        log: (event) => this.#log(event),
        attach: (link) => {
          this.#registry.attach(link);
          this.#sendWaiting(link);
        },
        detach: (cause) => this.#registry.detach(cause),
        overlap: (link) => this.#registry.overlap(link),
        promote: () => this.#registry.promote(),
        endOverlap: (whole) => this.#registry.endOverlap(whole),
        denied: ({ subject, queue, use }, reason) => {
          if (use === "subscription") this.#registry.deny(subject, queue, reason);
          // A stream that may not be read is told of by its subscription's gaps.
          else if (!subject.startsWith("$JS.API."))
            this.#log({ type: "publish-failed", subject, message: reason.evidence.errText ?? "" });
        },
        refusedOne: (reason) => this.#registry.denyLast(reason),
      },
    );
    this.#state = project(this.#engine.machine);
  }

  /** What the connection is doing now. */
  get state(): ConnectionState {
    return this.#state;
  }

  /** The numbers in force. */
  get tunables(): Tunables {
    return this.#engine.machine.tunables;
  }

  /** Round trip of the last ping, milliseconds; null before the first and while not live. */
  get rttMs(): number | null {
    return this.#engine.rttMs;
  }

  /** How well the connection has held so far. */
  get stability(): Stability {
    return this.#meter.read(this.#clock.now());
  }

  /** Everything that is wanted, with what the server has of it. */
  get subscriptions(): readonly Subscription[] {
    return this.#registry.subscriptions;
  }

  /** Connects and stays connected. Settles with the first attempt's outcome; never rejects. */
  start(): Promise<StartOutcome> {
    this.#engine.send({ type: "start" });
    return this.#until(() => this.#startOutcome());
  }

  /** Dials now: skips the wait and counts the attempts from 1 again. Settles as `start()` does. */
  reconnect(): Promise<StartOutcome> {
    this.#engine.send({ type: "reconnect" });
    return this.#until(() => this.#startOutcome());
  }

  /** Drains and closes, within `drainTimeoutMs`; nothing is left open. Never rejects. */
  stop(): Promise<StopOutcome> {
    const closesBefore = this.#closes;
    this.#engine.send({ type: "stop" });
    return this.#until(() => {
      if (this.#closes > closesBefore) return this.#lastOutcome;
      return this.#state.status === "stopping" ? undefined : "nothing-open";
    });
  }

  /**
   * Wants a subject, now and on every later link, until it is unsubscribed.
   * The same subject and name again replaces the handler and keeps the one subscription on the server;
   * under another name it is one listener more.
   * @throws TypeError that names what is wrong with the subject or an option
   */
  subscribe(subject: string, handler: MessageHandler, options: SubscribeOptions = {}): Subscription {
    checkNames("subscribe", options, ["queue", "name", "signal", "stream"]);
    if (typeof handler !== "function")
      throw new TypeError("handler is no function: give one that takes a message");
    return this.#listen(subject, options.name ?? "", handler, options);
  }

  /** Ends every listener of a subject; false if it had none. */
  unsubscribe(subject: string): boolean {
    return this.#registry.remove(subject);
  }

  /**
   * As `subscribe`, read with `for await`; a listener of its own. Leaving the loop ends it, and its end ends every loop.
   * @throws TypeError or RangeError that names what is wrong with the subject or an option
   */
  messages(subject: string, options: MessagesOptions = {}): MessageStream {
    checkNames("messages", options, ["limit", "queue", "signal", "stream"]);
    const { limit = STREAM_LIMIT } = options;
    if (!Number.isInteger(limit) || limit < 1)
      throw new RangeError(`limit is ${limit}: give a whole number from 1 on`);
    const stream: MessageStream = new MessageStream(limit, () => listener.unsubscribe());
    const take = (message: Message) => {
      if (!stream.push(message)) listener.countDropped();
    };
    const listener = this.#listen(subject, `messages() ${++this.#streams}`, take, options);
    void listener.closed.then(() => stream.end());
    return stream;
  }

  #listen(
    subject: string,
    name: string,
    handler: MessageHandler,
    { queue, signal, stream }: SubscribeOptions,
  ): Listener {
    if (typeof name !== "string") throw new TypeError("name is no text: give a string");
    signal?.throwIfAborted();
    // It becomes a part of the subjects on which it is asked for.
    if (stream !== undefined) checkPublishSubject(`$JS.API.STREAM.INFO.${stream}`);
    const wish = {
      subject: checkSubscribeSubject(subject),
      queue: queue === undefined ? null : checkQueue(queue),
      name,
      stream: stream ?? null,
    };
    const listener = this.#registry.add(wish, handler);
    if (signal !== undefined) {
      const abort = () => listener.unsubscribe();
      signal.addEventListener("abort", abort, { once: true });
      void listener.closed.then(() => signal.removeEventListener("abort", abort));
    }
    return listener;
  }

  /**
   * Publishes at once, or, with an `outboxLimit`, on the next link.
   * @throws NotLiveError while there is no live link and no outbox
   * @throws FaultError when the payload is larger than the server allows
   * @throws TypeError when the subject isn't one to publish to, or an option is wrong
   */
  publish(subject: string, payload: Uint8Array | string = "", options?: PublishOptions): void {
    // Publishers mostly stay with a subject; checking it each time would cost a tenth of the speed.
    if (subject !== this.#publishable) this.#publishable = checkPublishSubject(subject);
    if (options !== undefined) checkPublishing("publish", options);
    const { link } = this.#engine;
    if (link !== null) link.publish(subject, payload, options);
    else if (this.#outbox.isOpen && STATUS_RULES[this.#state.status].mayDial)
      this.#outbox.put({ subject, payload, options });
    else throw this.#notLive("publish");
  }

  /** What became of messages that were published while there was no live link. */
  get outbox(): OutboxCounts {
    return this.#outbox.counts;
  }

  /**
   * Asks and waits for one answer, 5 s unless told otherwise.
   * @throws NotLiveError while there is no live link; nats.ws's error on no responders or timeout; the signal's reason
   */
  async request(
    subject: string,
    payload: Uint8Array | string = "",
    options: { timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<Message> {
    checkNames("request", options, ["timeoutMs", "signal"]);
    const { signal, timeoutMs = REQUEST_TIMEOUT_MS } = options;
    signal?.throwIfAborted();
    const { link } = this.#engine;
    if (link === null) throw this.#notLive("request");
    const answer = link.request(checkPublishSubject(subject), payload, timeoutMs);
    if (signal === undefined) return answer;
    return Promise.race([answer, rejectOnAbort(signal)]);
  }

  /**
   * Changes numbers at run time; they act at once, also on a countdown under way.
   * @throws RangeError that names the field and its limits; nothing is changed then
   */
  configure(changes: PartialTunables): void {
    this.#engine.send({ type: "configure", tunables: mergeTunables(this.tunables, changes) });
  }

  /** To be called when the device's network comes or goes. */
  notifyNetwork(online: boolean): void {
    this.#engine.send({ type: "network", online });
  }

  /** To be called when the page wakes from sleep or comes to the front. */
  notifyWake(): void {
    this.#engine.send({ type: "wake" });
  }

  /** Calls `listener` on each change of state until the returned function is called. */
  onState(listener: (state: ConnectionState) => void): () => void {
    return this.#stateListeners.add(listener);
  }

  #startOutcome(): StartOutcome | undefined {
    switch (this.#engine.machine.phase.name) {
      case "live":
        return "live";
      case "waiting":
      case "offline":
        return "retrying";
      case "failed":
        return "failed";
      case "dialling":
        return undefined;
      default:
        return this.#state.status === "connecting" ? undefined : "stopped";
    }
  }

  #sendWaiting(link: Link): void {
    for (const { subject, payload, options } of this.#outbox.take()) {
      try {
        link.publish(subject, payload, options);
      } catch (reason) {
        // Larger than this server allows: whoever published it can't be told by an exception any more.
        this.#outbox.countDropped();
        this.#log({ type: "publish-failed", subject, message: messageOf(reason) });
      }
    }
  }

  #stepped(): void {
    const state = project(this.#engine.machine);
    if (STATUS_RULES[state.status].terminal) this.#outbox.giveUp();
    if (JSON.stringify(state) !== JSON.stringify(this.#state)) {
      this.#state = state;
      this.#stateListeners.call(state);
    }
    for (const waiter of [...this.#waiters]) waiter();
  }

  #until<T>(outcome: () => T | undefined): Promise<T> {
    return new Promise((settle) => {
      const check = () => {
        const found = outcome();
        if (found === undefined) return;
        this.#waiters.delete(check);
        settle(found);
      };
      this.#waiters.add(check);
      check();
    });
  }

  #notLive(action: string): NotLiveError {
    return new NotLiveError(action, this.#state.status, faultOf(this.#state));
  }

  /** A callback failed: told on the timeline, and nothing else changes. */
  #failed(callback: string, reason: unknown): void {
    this.#log({ type: "callback-failed", callback, message: messageOf(reason) });
  }

  /** One entry for what one break did, however many subscriptions it met. */
  #logGaps(gaps: readonly Gap[]): void {
    const [first] = gaps;
    if (first === undefined) return;
    this.#log({
      type: "gap",
      kind: first.kind,
      subject: first.subject,
      subjects: new Set(gaps.map(({ subject }) => subject)).size,
      fromMs: Math.min(...gaps.map(({ fromMs }) => fromMs)),
      toMs: Math.max(...gaps.map(({ toMs }) => toMs)),
      missing: gaps.map(({ missing }) => missing).reduce(together),
      recovered: gaps.reduce((sum, { recovered }) => sum + recovered, 0),
    });
  }

  #measure(event: TimelineEvent): void {
    if (event.type === "status") this.#meter.enter(event.status, this.#clock.now());
    else if (event.type === "link-lost") this.#meter.lost();
    else if (event.type === "live") this.#meter.connected(event.tookMs, event.downMs);
  }

  #log(event: TimelineEvent): void {
    if (event.type === "closed") {
      this.#closes += 1;
      this.#lastOutcome = event.outcome;
    }
    this.#measure(event);
    this.timeline.add(event, this.#clock.now());
  }
}

function checkPublishing(call: string, options: PublishOptions): void {
  checkNames(call, options, ["headers", "reply"]);
  checkPublishOptions(options);
  if (options.reply !== undefined) checkPublishSubject(options.reply);
}

/** What is missing of two gaps together. */
function together(one: Missing, other: Missing): Missing {
  if (one === "unknown" || other === "unknown") return "unknown";
  if ("exactly" in one && "exactly" in other) return { exactly: one.exactly + other.exactly };
  return { atMost: most(one) + most(other) };
}

function most(missing: Exclude<Missing, "unknown">): number {
  return "exactly" in missing ? missing.exactly : missing.atMost;
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** A fair shuffle (Fisher–Yates), so that many clients spread over the servers. */
function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const left = [...list];
  const result: T[] = [];
  while (left.length > 0) result.push(...left.splice(Math.floor(random() * left.length), 1));
  return result;
}
