import type { NatsConnection, SubscriptionOptions } from "nats.ws";
import { FaultError } from "../errors.ts";
import { classifyLoss, classifyText, parsePermissionViolation } from "../faults/classify.ts";
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
import { clusterUrls, describeServer, listenToProtocol, type NatsInfo } from "./protocol.ts";
import { SilenceWatch } from "./silence.ts";
import type { Wire, WireEnd, WireObserver } from "./wire.ts";

/** Size of `PING\r\n` and `PONG\r\n`, bytes: every frame with a message is longer. */
const CONTROL_FRAME_BYTES = 6;

/** What a connection needs, and where its events go. */
export interface ConnectionParts {
  readonly url: string;
  readonly clock: Clock;
  onEvent(event: ConnectionEvent): void;
}

/** A subscription on one connection. */
export interface ConnectionSubscription {
  /** Unsubscribes at once; messages in transit are no longer delivered. */
  unsubscribe(): void;
  /** Unsubscribes on the server; settles once the messages in transit have been delivered. */
  drain(): Promise<void>;
}

/** One NATS connection over one WebSocket, from its first PONG to its end. It never reconnects. */
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
  /** Settles when the connection has ended, for whatever reason. */
  readonly gone: Promise<void>;
  /** Send time of the last PING that was answered, epoch milliseconds: nothing sent up to then was missed. */
  completeUntilMs: number;
  /** Frames received so far. */
  framesReceived = 0;
  /** The last measured round trip, milliseconds; null before the first. */
  rttMs: number | null = null;
  /** Whether the server has announced lame duck mode since its greeting. A greeting in that mode alone doesn't count. */
  isLameDuck: boolean;

  /**
   * @param inbox prefix of the reply subjects
   * @param greetedAsLameDuck whether the server's first INFO already had `ldm`: it may greet every client that way
   */
  constructor(
    parts: ConnectionParts,
    wire: Wire,
    native: NatsConnection,
    inbox: string,
    completeUntilMs: number,
    greetedAsLameDuck: boolean,
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
      errorText: (text) => this.#onServerError(text),
      info: (info) => {
        this.#info = info;
        this.#reportCluster();
        const isGreeting = greetedAsLameDuck && info.connect_info === true;
        // Every INFO in lame duck mode has `ldm`; only the first one is an announcement.
        if (info.ldm !== true || this.isLameDuck || isGreeting) return;
        this.isLameDuck = true;
        parts.onEvent({ type: "lame-duck" });
      },
      unreadable: (reason) => this.#onUnreadable(reason),
    });
    this.isLameDuck = this.#info.ldm === true && !greetedAsLameDuck;
    this.#reportCluster();
    // Last: if anything above throws, the dial still observes the wire and reports the failure.
    wire.observer = this;
  }

  /** The server, as its last INFO describes it. */
  get server(): ServerInfo {
    return describeServer(this.#parts.url, this.#info);
  }

  /** Whether the connection accepts calls: it is neither draining nor ended. */
  get isLive(): boolean {
    return this.#phase === "live";
  }

  /** Whether a busy connection has been silent for unusually long. */
  get isUnusuallySilent(): boolean {
    return this.#silence.isTooLong;
  }

  /** Subscribes on the server; `callback` must not throw. */
  subscribe(
    subject: string,
    queue: string | null,
    callback: (message: Message) => void,
  ): ConnectionSubscription {
    return this.#requireLive().subscribe(subject, {
      // nats.ws finds a refused subscription by this value, and looks for undefined where there is no queue group.
      queue: queue ?? undefined,
      callback: (error, message) => {
        if (error === null) callback(asMessage(message));
      },
    } as SubscriptionOptions);
  }

  /** Sends a PING and waits until all data sent before, each way, has arrived; for ever if the connection ends first. */
  async flush(): Promise<void> {
    const sentAtMs = this.#parts.clock.now();
    await this.#requireLive().flush();
    this.rttMs = this.#parts.clock.now() - sentAtMs;
    if (this.isLive) this.completeUntilMs = Math.max(this.completeUntilMs, sentAtMs);
  }

  /**
   * @throws FaultError if the message is larger than the server allows; TypeError if it has headers and the server allows
   * none; Error if the connection isn't live
   */
  publish(subject: string, payload: Uint8Array | string, options?: PublishOptions): void {
    const native = this.#requireLive();
    try {
      if (options === undefined) native.publish(subject, payload);
      else native.publish(subject, payload, nativeOptions(options));
    } catch (reason) {
      const { code } = reason as { code?: string };
      if (code === "SERVER_OPT_NA")
        throw new TypeError("the server has headers off (no_header_support): publish without headers");
      if (code !== "MAX_PAYLOAD_EXCEEDED") throw reason;
      throw new FaultError(
        fault("payload-too-large", { server: this.#parts.url, phase: "live" }),
        `the payload exceeds the server's max_payload of ${this.#info.max_payload} bytes: publish less, or raise max_payload`,
      );
    }
  }

  /**
   * Sends a request; every reply goes to `onAnswer` until that returns `done`.
   * @param isExact whether to wait no longer than `timeoutMs`, however slow the link is
   * @throws AskError; FaultError as `publish` does
   */
  async ask(
    subject: string,
    payload: Uint8Array | string,
    options: AskOptions,
    isExact = false,
  ): Promise<void> {
    const framesBefore = this.framesReceived;
    const askedAtMs = this.#parts.clock.now();
    const onAnswer: AskOptions["onAnswer"] = (message) => {
      // Includes the responder's own time, so the link's round trip is at most this.
      const tookMs = this.#parts.clock.now() - askedAtMs;
      this.rttMs = Math.min(this.rttMs ?? tookMs, tookMs);
      return options.onAnswer(message);
    };
    if (!this.isLive) throw new AskError("ended");
    const untilRead = isExact ? undefined : () => this.#untilRead(framesBefore, options.timeoutMs);
    await this.#inbox.ask(subject, payload, { ...options, onAnswer, ...(untilRead && { untilRead }) });
  }

  /**
   * Settles once all that the server has sent by now has arrived, or if nothing has arrived for `timeoutMs`.
   * @param framesBefore how many frames had arrived before the request
   */
  async #untilRead(framesBefore: number, timeoutMs: number): Promise<void> {
    if (this.framesReceived === framesBefore) return;
    // On a slow link an answer waits behind others, which arrive meanwhile; the PONG waits behind all of them.
    while (this.isLive && (await this.ping(timeoutMs)).found === "traffic");
  }

  /** Settles when every pending request has been answered or has failed. */
  untilAnswered(): Promise<void> {
    return this.#inbox.idle();
  }

  /** Sends a PING and waits at most `timeoutMs` for a sign of life. */
  ping(timeoutMs: number): Promise<PingResult> {
    return ping(this, this.#parts.clock, timeoutMs);
  }

  /** Declares the connection dead after `waitedMs` without a sign of life, and cuts it. */
  giveUp(waitedMs: number): void {
    if (!this.isLive) return;
    this.#lose(fault("stale", this.#evidence({ waitedMs })));
    this.#wire.cut();
  }

  /** Drains and closes the connection; cuts it after `deadlineMs`. Never rejects, never hangs. */
  close(deadlineMs: number): Promise<StopOutcome> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  /** Ends the connection at once, without an event. Returns false if the platform is still closing its socket. */
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
    const disconnected = wire.gone.then(() => false);
    const closed = Promise.race([drained, disconnected]).then(async (isDrained) => {
      await wire.gone;
      return isDrained;
    });
    // A call of cut() during the drain ends the wait too.
    const cut = this.gone.then(() => false);
    const isDrained = await within(this.#parts.clock, deadlineMs, Promise.race([closed, cut]), false);
    const isCut = this.cut();
    if (isDrained) return "drained";
    return isCut ? "cut" : "closing";
  }

  // --- WireObserver ---

  received(data: Uint8Array<ArrayBuffer> | string): void {
    this.framesReceived += 1;
    if (typeof data === "string") this.#onUnreadable(data);
    else if (this.isLive && data.length > CONTROL_FRAME_BYTES) this.#silence.onMessage();
  }

  ended(end: WireEnd): void {
    if (this.isLive) this.#lose(classifyLoss(this.#evidence(end)));
  }

  // --- what the server says ---

  #reportCluster(): void {
    const urls = clusterUrls(this.#parts.url, this.#info);
    if (urls.length > 0) this.#parts.onEvent({ type: "cluster", urls });
  }

  #onServerError(text: string): void {
    const kind = classifyText(text);
    const denied = parsePermissionViolation(text);
    const toFault = (named: "permission" | "too-many-subscriptions") =>
      fault(named, this.#evidence({ errText: text }));
    if (denied !== null) {
      const isRequest = this.#inbox.onDenied(denied, text);
      this.#parts.onEvent({ type: "denied", denied, isRequest, fault: toFault("permission") });
    } else if (kind === "too-many-subscriptions") {
      this.#parts.onEvent({ type: "too-many-subscriptions", fault: toFault(kind) });
    } else if (kind !== "permission") {
      // The errors above leave the connection open; any other error explains its end, if it ends now.
      this.#errText = text;
    }
  }

  #onUnreadable(detail: string): void {
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

  #requireLive(): NatsConnection {
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
