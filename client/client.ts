import { systemClock } from "./clock.ts";
import { Engine } from "./engine.ts";
import { messageOf, NotLiveError } from "./errors.ts";
import type { Link } from "./link.ts";
import { idleMachine } from "./machine.ts";
import type { Message, MessageHandler } from "./message.ts";
import { MessageStream } from "./message-stream.ts";
import {
  type ClientOptions,
  type Clock,
  checkServerUrl,
  DEFAULT_TUNABLES,
  mergeTunables,
  type PartialTunables,
  type Tunables,
} from "./options.ts";
import { Outbox, type OutboxCounts } from "./outbox.ts";
import { contentOf } from "./overlap.ts";
import { project } from "./project.ts";
import { Registry, type Subscription } from "./registry.ts";
import { type Stability, stabilityOf } from "./stability.ts";
import { type ConnectionState, faultOf, STATUS_RULES } from "./state.ts";
import { checkPublishSubject, checkSubscribeSubject } from "./subject.ts";
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
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  readonly #waiters = new Set<() => void>();
  readonly #outbox: Outbox;
  #state: ConnectionState;
  /** The last subject that was found fit to publish to. */
  #publishable = "";
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
        handlerFailed: (subject, reason) =>
          this.#log({ type: "handler-failed", subject, message: messageOf(reason) }),
        denied: (subject, reason) => this.#log({ type: "subscription-denied", subject, fault: reason }),
        gap: ({ subject, fromMs, toMs, recovered }) =>
          this.#log({ type: "gap", subject, fromMs, toMs, recovered }),
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
        denied: (subject, reason, use) => {
          if (use === "subscription") this.#registry.deny(subject, reason);
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

  /** How well the connection has held, over what the timeline still keeps. */
  get stability(): Stability {
    return stabilityOf(this.timeline.entries, this.#clock.now());
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
   * The same subject again replaces the handler and keeps the one subscription on the server.
   * @param options.stream the JetStream stream behind the subject: what a break keeps away is fetched from it
   * @param options.signal ends the subscription when it aborts
   * @throws TypeError when the subject isn't one NATS allows, or the stream's name
   */
  subscribe(
    subject: string,
    handler: MessageHandler,
    options: { stream?: string; signal?: AbortSignal } = {},
  ): Subscription {
    const { stream, signal } = options;
    signal?.throwIfAborted();
    // It becomes a part of the subjects on which it is asked for.
    if (stream !== undefined) checkPublishSubject(`$JS.API.STREAM.INFO.${stream}`);
    const subscription = this.#registry.add(checkSubscribeSubject(subject), handler, stream);
    signal?.addEventListener("abort", () => subscription.unsubscribe(), { once: true });
    return subscription;
  }

  /** Wants a subject no longer; false if it wasn't wanted. */
  unsubscribe(subject: string): boolean {
    const subscription = this.#registry.get(subject);
    return subscription !== undefined && this.#registry.remove(subscription);
  }

  /**
   * As `subscribe`, read with `for await`; leaving the loop unsubscribes.
   * @param options.limit how many messages may wait to be read, 1,000 unless told otherwise; the oldest give way, counted
   * @param options.stream as for `subscribe`
   * @throws TypeError when the subject isn't one NATS allows, or the stream's name
   */
  messages(
    subject: string,
    options: { limit?: number; stream?: string; signal?: AbortSignal } = {},
  ): MessageStream {
    const { signal, limit = STREAM_LIMIT, ...kept } = options;
    const stream: MessageStream = new MessageStream(limit, () => subscription.unsubscribe());
    const subscription = this.subscribe(subject, (message) => stream.push(message), kept);
    signal?.addEventListener("abort", () => stream.end(), { once: true });
    if (signal?.aborted) stream.end();
    return stream;
  }

  /**
   * Publishes at once, or, with an `outboxLimit`, on the next link.
   * @throws NotLiveError while there is no live link and no outbox
   * @throws FaultError when the payload is larger than the server allows
   * @throws TypeError when the subject isn't one to publish to
   */
  publish(subject: string, payload: Uint8Array | string = ""): void {
    // Publishers mostly stay with a subject; checking it each time would cost a tenth of the speed.
    if (subject !== this.#publishable) this.#publishable = checkPublishSubject(subject);
    const { link } = this.#engine;
    if (link !== null) link.publish(subject, payload);
    else if (this.#outbox.isOpen && STATUS_RULES[this.#state.status].mayDial)
      this.#outbox.put({ subject, payload });
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
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
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
    for (const { subject, payload } of this.#outbox.take()) {
      try {
        link.publish(subject, payload);
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
      for (const listener of [...this.#stateListeners]) listener(state);
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

  #log(event: TimelineEvent): void {
    if (event.type === "closed") {
      this.#closes += 1;
      this.#lastOutcome = event.outcome;
    }
    this.timeline.add(event, this.#clock.now());
  }
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
