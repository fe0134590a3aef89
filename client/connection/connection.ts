import type { NatsConnection, SubscriptionOptions } from "nats.ws";
import { FaultError } from "../errors.ts";
import { classifyLoss, classifyText, deniedUse } from "../faults/classify.ts";
import { type Evidence, type Fault, fault } from "../faults/fault.ts";
import type { Message } from "../message.ts";
import type { Clock, PublishOptions } from "../options.ts";
import { AskError } from "../sequence/port.ts";
import type { ServerInfo, StopOutcome } from "../state.ts";
import { within } from "../within.ts";
import type { ConnectionEvent } from "./events.ts";
import { type AskOptions, Inbox } from "./inbox.ts";
import { asMessage, nativeOptions } from "./native-message.ts";
import { type PingResult, ping } from "./ping.ts";
import { describeServer, listenToProtocol, membersOf, type NatsInfo } from "./protocol.ts";
import { SilenceWatch } from "./silence.ts";
import type { Wire, WireEnd, WireObserver } from "./wire.ts";

/** No frame of a message is as short as a PING or PONG, bytes. */
const LONGEST_CONTROL_FRAME = 6;

/** What a connection works with, and what it tells. */
export interface ConnectionParts {
  readonly url: string;
  readonly clock: Clock;
  onEvent(event: ConnectionEvent): void;
}

/** A subscription on one connection. */
export interface ConnectionSubscription {
  /** Ends it at once: what is under way isn't delivered any more. */
  unsubscribe(): void;
  /** Ends it on the server; settles once what was under way has been delivered. */
  drain(): Promise<void>;
}

/** One NATS connection over one WebSocket, from the first PONG to its end; it never reconnects. */
export class Connection implements WireObserver {
  readonly #parts: ConnectionParts;
  readonly #wire: Wire;
  readonly #native: NatsConnection;
  readonly #inbox: Inbox;
  readonly #silence: SilenceWatch;
  #phase: "live" | "draining" | "ended" = "live";
  #info: NatsInfo;
  #errText: string | undefined;
  #closing: Promise<StopOutcome> | undefined;
  #settleGone: () => void = () => {};
  /** Settles when the connection has ended, however it did. */
  readonly gone: Promise<void>;
  /** Until when it is proven that nothing was missed, epoch milliseconds: when the last PING that was answered was sent. */
  completeUntilMs: number;
  /** How many frames have come. */
  framesReceived = 0;
  /** The last measured round trip, milliseconds; null before the first. */
  rttMs: number | null = null;
  /** Whether the server has announced that it is going; one that only greeted with that may greet everybody so. */
  isGoing: boolean;

  /**
   * @param inbox the subject below which answers are expected
   * @param greetedGoing whether the server's first INFO said that it is going
   */
  constructor(
    parts: ConnectionParts,
    wire: Wire,
    native: NatsConnection,
    inbox: string,
    completeUntilMs: number,
    greetedGoing: boolean,
  ) {
    this.#parts = parts;
    this.#wire = wire;
    this.#native = native;
    this.#inbox = new Inbox(parts.clock, inbox, this);
    this.#silence = new SilenceWatch(parts.clock, () => parts.onEvent({ type: "quiet" }));
    this.completeUntilMs = completeUntilMs;
    this.gone = new Promise((settle) => {
      this.#settleGone = settle;
    });
    this.#info = listenToProtocol(native, {
      errorText: (text) => this.#serverError(text),
      info: (info) => {
        this.#info = info;
        this.#tellCluster();
        const isGreeting = greetedGoing && info.connect_info === true;
        // One that is going says so in each INFO.
        if (info.ldm !== true || this.isGoing || isGreeting) return;
        this.isGoing = true;
        parts.onEvent({ type: "lame-duck" });
      },
      unreadable: (reason) => this.#unreadable(reason),
    });
    this.isGoing = this.#info.ldm === true && !greetedGoing;
    this.#tellCluster();
    // Last: until all of this was possible, how the wire ends is the dial's to say.
    wire.observer = this;
  }

  /** What the server said of itself. */
  get server(): ServerInfo {
    return describeServer(this.#parts.url, this.#info);
  }

  /** Whether it takes calls: neither draining nor ended. */
  get isLive(): boolean {
    return this.#phase === "live";
  }

  get isOddlySilent(): boolean {
    return this.#silence.isTooLong;
  }

  /** Subscribes on the server; `callback` must not throw. */
  subscribe(
    subject: string,
    queue: string | null,
    callback: (message: Message) => void,
  ): ConnectionSubscription {
    return this.#live().subscribe(subject, {
      // By this nats.ws finds the one that is refused: without a group it looks for undefined.
      queue: queue ?? undefined,
      callback: (error, message) => {
        if (error === null) callback(asMessage(message));
      },
    } as SubscriptionOptions);
  }

  /** Settles once the server has read all that was sent before, and all that it had sent by then has come; never if the connection ends first. */
  async flush(): Promise<void> {
    const sentAtMs = this.#parts.clock.now();
    await this.#live().flush();
    this.rttMs = this.#parts.clock.now() - sentAtMs;
    if (this.isLive) this.completeUntilMs = Math.max(this.completeUntilMs, sentAtMs);
  }

  /** @throws FaultError when the message is larger than the server allows; Error when the connection isn't live */
  publish(subject: string, payload: Uint8Array | string, options?: PublishOptions): void {
    const native = this.#live();
    try {
      if (options === undefined) native.publish(subject, payload);
      else native.publish(subject, payload, nativeOptions(options));
    } catch (reason) {
      if ((reason as { code?: string }).code !== "MAX_PAYLOAD_EXCEEDED") throw reason;
      throw new FaultError(
        fault("payload-too-large", { server: this.#parts.url, phase: "live" }),
        `the payload is larger than the server's ${this.#info.max_payload} bytes: publish less, or raise max_payload`,
      );
    }
  }

  /**
   * Asks; every answer goes to `onAnswer` until that returns `done`.
   * @throws AskError; FaultError as `publish` does
   */
  async ask(subject: string, payload: Uint8Array | string, options: AskOptions): Promise<void> {
    const askedAtMs = this.#parts.clock.now();
    const onAnswer: AskOptions["onAnswer"] = (message) => {
      // Who answers takes time as well: the link's own round trip is no longer than this.
      const tookMs = this.#parts.clock.now() - askedAtMs;
      this.rttMs = Math.min(this.rttMs ?? tookMs, tookMs);
      return options.onAnswer(message);
    };
    if (!this.isLive) throw new AskError("ended");
    await this.#inbox.ask(subject, payload, { ...options, onAnswer });
  }

  /** Settles when every question under way has its answer or has run out of time, or when the connection ends. */
  answered(): Promise<void> {
    return this.#inbox.idle();
  }

  /** Asks the server for a sign of life and waits for it at most `timeoutMs`. */
  ping(timeoutMs: number): Promise<PingResult> {
    return ping(this, this.#parts.clock, timeoutMs);
  }

  /** Declares the connection dead and cuts it: `waitedMs` passed without a sign of life. */
  giveUp(waitedMs: number): void {
    if (!this.isLive) return;
    this.#lose(fault("stale", this.#evidence({ waitedMs })));
    this.#wire.cut();
  }

  /** Drains and closes; cuts when that takes longer than `deadlineMs`. Never rejects, never hangs. */
  close(deadlineMs: number): Promise<StopOutcome> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  /** Ends the connection at once and without a word; nobody is told. False where the platform goes on closing its socket. */
  cut(): boolean {
    this.#end();
    return this.#wire.cut();
  }

  async #close(deadlineMs: number): Promise<StopOutcome> {
    if (!this.isLive) {
      this.cut();
      return "nothing-open";
    }
    this.#phase = "draining";
    this.#silence.end();
    const wire = this.#wire;
    const drained = this.#native.drain().then(() => true);
    const left = wire.gone.then(() => false);
    const closed = Promise.race([drained, left]).then(async (whole) => {
      await wire.gone;
      return whole;
    });
    // Whoever cuts it meanwhile ends the wait too.
    const cut = this.gone.then(() => false);
    const whole = await within(this.#parts.clock, deadlineMs, Promise.race([closed, cut]), false);
    const isCut = this.cut();
    if (whole) return "drained";
    return isCut ? "cut" : "closing";
  }

  // --- WireObserver ---

  received(data: Uint8Array<ArrayBuffer> | string): void {
    this.framesReceived += 1;
    if (typeof data === "string") this.#unreadable(data);
    else if (this.isLive && data.length > LONGEST_CONTROL_FRAME) this.#silence.note();
  }

  ended(end: WireEnd): void {
    if (this.isLive) this.#lose(classifyLoss(this.#evidence(end)));
  }

  // --- what the server says ---

  #tellCluster(): void {
    const urls = membersOf(this.#parts.url, this.#info);
    if (urls.length > 0) this.#parts.onEvent({ type: "cluster", urls });
  }

  #serverError(text: string): void {
    const kind = classifyText(text);
    const denied = deniedUse(text);
    const because = (named: "permission" | "too-many-subscriptions") =>
      fault(named, this.#evidence({ errText: text }));
    if (denied !== null) {
      const isQuestion = this.#inbox.denied(denied, text);
      this.#parts.onEvent({ type: "denied", denied, isQuestion, fault: because("permission") });
    } else if (kind === "too-many-subscriptions") {
      this.#parts.onEvent({ type: "no-room", fault: because(kind) });
    } else if (kind !== "permission") {
      // Those above leave the connection alone; any other is the reason if it ends now.
      this.#errText = text;
    }
  }

  #unreadable(detail: string): void {
    if (this.isLive) this.#lose(fault("protocol", this.#evidence({ detail })));
    this.#wire.cut();
  }

  #lose(reason: Fault): void {
    this.#end();
    this.#parts.onEvent({ type: "lost", fault: reason });
  }

  #end(): void {
    this.#phase = "ended";
    this.#silence.end();
    this.#inbox.end();
    this.#settleGone();
  }

  #live(): NatsConnection {
    if (!this.isLive) throw new Error("the connection is not live");
    return this.#native;
  }

  #evidence(more: Evidence): Evidence {
    return {
      server: this.#parts.url,
      ...(this.#phase === "ended" ? {} : { phase: this.#phase }),
      socketOpened: true,
      infoReceived: true,
      ...(this.#errText === undefined ? {} : { errText: this.#errText }),
      ...more,
    };
  }
}
