import { checkOptions, sourceOf } from "./check-options.ts";
import { systemClock } from "./clock.ts";
import type { Connection } from "./connection/connection.ts";
import { Engine } from "./engine.ts";
import { messageOf, NotLiveError } from "./errors.ts";
import { guardClock, guardRandom } from "./guarded.ts";
import { Lag } from "./lag.ts";
import { Listeners } from "./listeners.ts";
import { idleMachine } from "./machine/step.ts";
import type { Message, MessageHandler } from "./message.ts";
import type { StartOutcome } from "./open-calls.ts";
import {
  type ClientOptions,
  type Clock,
  checkServerUrl,
  checkType,
  DEFAULT_TUNABLES,
  type MessagesOptions,
  mergeTunables,
  type PartialTunables,
  type PublishOptions,
  type RequestOptions,
  type SubscribeOptions,
  type Tunables,
} from "./options.ts";
import { Outbox, type OutboxCounts } from "./outbox.ts";
import { requestOn } from "./requests.ts";
import { type Stability, StabilityMeter } from "./stability.ts";
import { type ConnectionState, faultOf, STATUS_RULES, type StopOutcome } from "./state.ts";
import { checkPublishSubject, checkSubscribeSubject } from "./subject.ts";
import { MessageStream } from "./subscriptions/message-stream.ts";
import { Registry } from "./subscriptions/registry.ts";
import type { Listener, Subscription } from "./subscriptions/subscription.ts";
import { gapEvents, Timeline, type TimelineEvent } from "./timeline.ts";

/** Default limit of messages that wait for a reader of `messages()`. */
const MESSAGES_LIMIT = 1000;

/**
 * A NATS client for web pages: it connects, retries, resubscribes, notices dead links and explains
 * what is wrong. Every method may be called in every state, any number of times.
 */
export class MyceliumClient {
  /** The latest events of the connection. */
  readonly timeline = new Timeline();
  readonly #clock: Clock;
  readonly #engine: Engine;
  readonly #registry: Registry;
  readonly #stateListeners = new Listeners<[ConnectionState]>((reason) => this.#failed("state", reason));
  readonly #meter = new StabilityMeter();
  readonly #lag = new Lag();
  readonly #outbox: Outbox;
  /** The subject that was last checked for publishing. */
  #checkedSubject = "";
  #messageStreams = 0;

  /** @throws TypeError or RangeError that names the wrong option, and how to fix it */
  constructor(options: ClientOptions) {
    checkOptions("MyceliumClient", options);
    const servers = (options.servers ?? []).map((server) => checkServerUrl(String(server)));
    if (servers.length === 0) throw new TypeError("servers is empty: give a ws:// or wss:// URL");
    const clock = guardClock(options.clock ?? systemClock, (reason) => this.#failed("clock", reason));
    const random = guardRandom(options.random ?? Math.random, (reason) => this.#failed("random", reason));
    this.#clock = clock;
    this.#outbox = new Outbox(options.outboxLimit ?? 0);
    this.#registry = new Registry({
      clock,
      onCallbackError: (what, subject, reason) => {
        if (what !== "message") this.#failed(`${what} of ${subject}`, reason);
        else this.#log({ type: "handler-failed", subject, message: messageOf(reason) });
      },
      onDenied: (subject, fault) => this.#log({ type: "subscription-denied", subject, fault }),
      onGaps: (gaps) => {
        for (const event of gapEvents(gaps)) this.#log(event);
      },
      onReceived: (publishedAtMs) => this.#lag.note(publishedAtMs, clock.now()),
      loadFeeds: async () => (await import("./sequence/index.ts")).SequencedFeed,
    });
    this.#engine = new Engine(idleMachine(mergeTunables(DEFAULT_TUNABLES, options), clock.now()), {
      servers: shuffled(servers, random),
      followCluster: options.followCluster ?? false,
      credentials: options.credentials ?? (async () => ({ type: "none" })),
      investigate: options.investigate ?? (async () => null),
      name: options.name,
      clock,
      random,
      webSocket: options.webSocket ?? ((url) => new WebSocket(url)),
      subscriptions: this.#registry.links,
      log: (event) => this.#log(event),
      changed: (state) => this.#changed(state),
      attached: (link) => this.#attached(link),
      failed: (callback, reason) => this.#failed(callback, reason),
    });
  }

  /** The connection's current state. */
  get state(): ConnectionState {
    return this.#engine.state;
  }

  /** The settings in force. */
  get tunables(): Tunables {
    return this.#engine.tunables;
  }

  /** The last measured round trip, milliseconds; null before the first and while not live. */
  get rttMs(): number | null {
    return this.#engine.link?.rttMs ?? null;
  }

  /** How far messages are behind; null if by less than a second, and while not live. */
  get lag(): { readonly behindMs: number } | null {
    const { link } = this.#engine;
    const behindMs = link === null ? null : this.#lag.behindMs(link.rttMs, this.#clock.now());
    return behindMs === null ? null : { behindMs };
  }

  /** How stable the connection has been since the client was created. */
  get stability(): Stability {
    return this.#meter.read(this.#clock.now());
  }

  /** Every subscription that hasn't ended. */
  get subscriptions(): readonly Subscription[] {
    return this.#registry.subscriptions;
  }

  /** Connects and stays connected. Resolves with the outcome of the first attempt; never rejects. */
  start(): Promise<StartOutcome> {
    return this.#engine.start("start");
  }

  /** Dials now instead of waiting, and counts attempts from 1 again. Resolves as `start()` does. */
  reconnect(): Promise<StartOutcome> {
    return this.#engine.start("reconnect");
  }

  /** Drains and closes every link within `drainTimeoutMs`. Never rejects. */
  stop(): Promise<StopOutcome> {
    return this.#engine.stop();
  }

  /**
   * Subscribes to a subject, on the current link and every later one, until the subscription is ended.
   * The same subject and name again replaces the handler; another name adds a listener. All listeners to a
   * subject share one subscription on the server.
   * @throws TypeError or RangeError that names the wrong argument, and how to fix it
   */
  subscribe(subject: string, handler: MessageHandler, options: SubscribeOptions = {}): Subscription {
    checkOptions("subscribe", options);
    checkType("handler", handler, "function");
    return this.#listen(subject, options.name ?? "", handler, options);
  }

  /** Ends every subscription to a subject. @returns false if there was none */
  unsubscribe(subject: string): boolean {
    return this.#registry.remove(subject);
  }

  /**
   * Subscribes to a subject whose messages are read with `for await`. Leaving a loop ends the subscription,
   * which ends every other loop over it.
   * @throws TypeError or RangeError that names the wrong argument, and how to fix it
   */
  messages(subject: string, options: MessagesOptions = {}): MessageStream {
    checkOptions("messages", options);
    const { limit = MESSAGES_LIMIT } = options;
    const stream: MessageStream = new MessageStream(limit, () => listener.unsubscribe());
    const onMessage = (message: Message) => {
      if (!stream.push(message)) listener.countDropped();
    };
    const listener = this.#listen(subject, `messages() ${++this.#messageStreams}`, onMessage, options);
    void listener.closed.then(() => stream.end());
    return stream;
  }

  #listen(subject: string, name: string, handler: MessageHandler, options: SubscribeOptions): Listener {
    const { queue = null, signal, stream } = options;
    checkSubscribeSubject(subject);
    if (queue !== null && stream !== undefined)
      throw new TypeError("queue and stream can't be combined: give one of them");
    signal?.throwIfAborted();
    const source = stream === undefined ? null : sourceOf(stream);
    const listener = this.#registry.add({ subject, queue, source }, name, handler);
    if (signal !== undefined) {
      const abort = () => listener.unsubscribe();
      signal.addEventListener("abort", abort, { once: true });
      void listener.closed.then(() => signal.removeEventListener("abort", abort));
    }
    return listener;
  }

  /**
   * Publishes a message: at once, or on the next link if there is an `outboxLimit`.
   * @throws NotLiveError without a live link or an outbox
   * @throws FaultError if the payload is larger than the server allows
   * @throws TypeError for a wrong subject, payload or option
   */
  publish(subject: string, payload: Uint8Array | string = "", options?: PublishOptions): void {
    // Most publishers keep to one subject; checking it for each message costs a tenth of the throughput.
    if (subject !== this.#checkedSubject) this.#checkedSubject = checkPublishSubject(subject);
    if (options !== undefined) checkOptions("publish", options);
    const own = ownPayload(payload);
    const { link } = this.#engine;
    if (link !== null) link.publish(subject, own, options);
    else if (this.#outbox.isOpen && STATUS_RULES[this.state.status].mayDial)
      this.#outbox.put({ subject, payload: own, options });
    else throw this.#notLive("publish");
  }

  /** Counts of the messages that were published without a live link. */
  get outbox(): OutboxCounts {
    return this.#outbox.counts;
  }

  /**
   * Sends a request and resolves with the first answer. The default timeout is 5 s.
   * @throws NotLiveError without a live link; RequestError if no answer comes
   * @throws FaultError if the payload is larger than the server allows; the signal's reason if it aborts
   */
  async request(
    subject: string,
    payload: Uint8Array | string = "",
    options: RequestOptions = {},
  ): Promise<Message> {
    checkPublishSubject(subject);
    checkOptions("request", options);
    const own = ownPayload(payload);
    options.signal?.throwIfAborted();
    const { link } = this.#engine;
    if (link === null) throw this.#notLive("request");
    const isStopping = () => !STATUS_RULES[this.state.status].mayDial;
    return requestOn(link, subject, own, options, isStopping);
  }

  /**
   * Changes settings at run time. They apply at once to the next PING and a countdown under way, otherwise to
   * what begins later. On an error nothing is changed.
   * @throws RangeError that names the field and its limits; TypeError for an unknown field
   */
  configure(changes: PartialTunables): void {
    checkOptions("configure", changes);
    this.#engine.send({ type: "configure", tunables: mergeTunables(this.tunables, changes) });
  }

  /** Call this when the device goes online or offline. */
  notifyNetwork(online: boolean): void {
    checkType("online", online, "boolean");
    this.#engine.send({ type: "network", online });
  }

  /** Call this when the page wakes from sleep or becomes visible. */
  notifyWake(): void {
    this.#engine.send({ type: "wake" });
  }

  /** Calls `listener` on each change of state until the returned function is called. */
  onState(listener: (state: ConnectionState) => void): () => void {
    return this.#stateListeners.add(listener);
  }

  #attached(link: Connection): void {
    this.#lag.restart();
    this.#outbox.flush(
      ({ subject, payload, options }) => link.publish(subject, payload, options),
      // The message is larger than this server allows, and publish() returned long ago.
      ({ subject }, reason) => this.#log({ type: "publish-failed", subject, message: messageOf(reason) }),
    );
  }

  #changed(state: ConnectionState): void {
    if (STATUS_RULES[state.status].terminal) this.#outbox.giveUp();
    this.#stateListeners.call(state);
  }

  #notLive(action: string): NotLiveError {
    return new NotLiveError(action, this.state.status, faultOf(this.state));
  }

  /** Reports a failed callback on the timeline. */
  #failed(callback: string, reason: unknown): void {
    this.#log({ type: "callback-failed", callback, message: messageOf(reason) });
  }

  #log(event: TimelineEvent): void {
    const nowMs = this.#clock.now();
    this.#meter.note(event, nowMs);
    this.timeline.add(event, nowMs);
  }
}

/** Copies bytes of another realm, such as an iframe, which nats.ws and the outbox don't recognise. */
function ownPayload(payload: unknown): Uint8Array | string {
  if (payload instanceof Uint8Array || typeof payload === "string") return payload;
  checkType("payload", payload, "string or Uint8Array");
  return new Uint8Array(payload as Uint8Array);
}

/** Shuffles, so that many clients spread over the servers. */
function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const keyed = list.map((item) => ({ item, key: random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
