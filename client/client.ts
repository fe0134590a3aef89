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

/** How many messages may wait for a reader of `messages()` unless told otherwise. */
const STREAM_LIMIT = 1000;

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
  readonly #meter = new StabilityMeter();
  readonly #lag = new Lag();
  readonly #outbox: Outbox;
  /** The last subject that was found fit to publish to. */
  #publishable = "";
  #streams = 0;

  /** @throws TypeError or RangeError that names the wrong option and the fix */
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

  /** What the connection is doing now. */
  get state(): ConnectionState {
    return this.#engine.state;
  }

  /** The numbers in force. */
  get tunables(): Tunables {
    return this.#engine.tunables;
  }

  /** The last measured round trip, milliseconds; null before the first and while not live. */
  get rttMs(): number | null {
    return this.#engine.link?.rttMs ?? null;
  }

  /** How far what comes is behind, while that is worth saying; null while it isn't, and while not live. */
  get lag(): { readonly behindMs: number } | null {
    const { link } = this.#engine;
    const behindMs = link === null ? null : this.#lag.behindMs(link.rttMs, this.#clock.now());
    return behindMs === null ? null : { behindMs };
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
    return this.#engine.start("start");
  }

  /** Dials now: skips the wait and counts the attempts from 1 again. Settles as `start()` does. */
  reconnect(): Promise<StartOutcome> {
    return this.#engine.start("reconnect");
  }

  /** Drains and closes, within `drainTimeoutMs`; nothing is left open. Never rejects. */
  stop(): Promise<StopOutcome> {
    return this.#engine.stop();
  }

  /**
   * Wants a subject, now and on every later link, until it is unsubscribed.
   * The same subject and name again replaces the handler and keeps the one subscription on the server;
   * under another name it is one listener more.
   * @throws TypeError or RangeError that names what is wrong with the subject or an option
   */
  subscribe(subject: string, handler: MessageHandler, options: SubscribeOptions = {}): Subscription {
    checkOptions("subscribe", options);
    checkType("handler", handler, "function");
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
    checkOptions("messages", options);
    const { limit = STREAM_LIMIT } = options;
    const stream: MessageStream = new MessageStream(limit, () => listener.unsubscribe());
    const take = (message: Message) => {
      if (!stream.push(message)) listener.countDropped();
    };
    const listener = this.#listen(subject, `messages() ${++this.#streams}`, take, options);
    void listener.closed.then(() => stream.end());
    return stream;
  }

  #listen(subject: string, name: string, handler: MessageHandler, options: SubscribeOptions): Listener {
    const { queue = null, signal, stream } = options;
    checkSubscribeSubject(subject);
    if (queue !== null && stream !== undefined)
      throw new TypeError("queue and stream don't go together: give one");
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
   * Publishes at once, or, with an `outboxLimit`, on the next link.
   * @throws NotLiveError while there is no live link and no outbox
   * @throws FaultError when the payload is larger than the server allows
   * @throws TypeError when the subject isn't one to publish to, or an option is wrong
   */
  publish(subject: string, payload: Uint8Array | string = "", options?: PublishOptions): void {
    // Publishers mostly stay with a subject; checking it each time would cost a tenth of the speed.
    if (subject !== this.#publishable) this.#publishable = checkPublishSubject(subject);
    if (options !== undefined) checkOptions("publish", options);
    const own = ownPayload(payload);
    const { link } = this.#engine;
    if (link !== null) link.publish(subject, own, options);
    else if (this.#outbox.isOpen && STATUS_RULES[this.state.status].mayDial)
      this.#outbox.put({ subject, payload: own, options });
    else throw this.#notLive("publish");
  }

  /** What became of messages that were published while there was no live link. */
  get outbox(): OutboxCounts {
    return this.#outbox.counts;
  }

  /**
   * Asks and waits for one answer, 5 s unless told otherwise.
   * @throws NotLiveError while there is no live link; RequestError when there is no answer
   * @throws FaultError when the payload is larger than the server allows; the signal's reason
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
   * Changes numbers at run time: the next ping and a countdown under way keep to them at once, all else that begins later.
   * @throws RangeError that names the field and its limits, TypeError that names a field there isn't; nothing is changed then
   */
  configure(changes: PartialTunables): void {
    checkOptions("configure", changes);
    this.#engine.send({ type: "configure", tunables: mergeTunables(this.tunables, changes) });
  }

  /** To be called when the device's network comes or goes. */
  notifyNetwork(online: boolean): void {
    checkType("online", online, "boolean");
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

  #attached(link: Connection): void {
    this.#lag.restart();
    this.#outbox.flush(
      ({ subject, payload, options }) => link.publish(subject, payload, options),
      // Larger than this server allows: whoever published it can't be told by an exception any more.
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

  /** A callback failed: told on the timeline, and nothing else changes. */
  #failed(callback: string, reason: unknown): void {
    this.#log({ type: "callback-failed", callback, message: messageOf(reason) });
  }

  #log(event: TimelineEvent): void {
    const nowMs = this.#clock.now();
    this.#meter.note(event, nowMs);
    this.timeline.add(event, nowMs);
  }
}

/** Bytes of another window become this one's: nats.ws and the outbox know no others. */
function ownPayload(payload: unknown): Uint8Array | string {
  if (payload instanceof Uint8Array || typeof payload === "string") return payload;
  checkType("payload", payload, "string or Uint8Array");
  return new Uint8Array(payload as Uint8Array);
}

/** In a random order, so that many clients spread over the servers. */
function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const drawn = list.map((one) => ({ one, lot: random() }));
  return drawn.sort((a, b) => a.lot - b.lot).map(({ one }) => one);
}
