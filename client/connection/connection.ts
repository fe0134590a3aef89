import type {
  ConnectionOptions as NativeConnectionOptions,
  NatsConnection,
  SubscriptionOptions,
} from "nats.ws";
import { FaultError, messageOf } from "../errors.ts";
import {
  classifyDial,
  classifyLoss,
  classifySocketFailure,
  classifyText,
  deniedUse,
} from "../faults/classify.ts";
import { type Evidence, type Fault, fault, type LinkPhase } from "../faults/fault.ts";
import { printable } from "../faults/line-reader.ts";
import type { Message } from "../message.ts";
import { AskError } from "../sequence/port.ts";
import type { ServerInfo, StopOutcome } from "../state.ts";
import { within } from "../within.ts";
import { Abandoned } from "./abandoned.ts";
import { HandshakeReader } from "./handshake.ts";
import { type AskOptions, Inbox } from "./inbox.ts";
import { Login } from "./login.ts";
import { asMessage, nativeOptions, type PublishOptions } from "./native-message.ts";
import type { ConnectionParts, ConnectionSubscription } from "./parts.ts";
import { type PingResult, ping } from "./ping.ts";
import { describeServer, listenToProtocol, membersOf, type NatsInfo } from "./protocol.ts";
import { SilenceWatch } from "./silence.ts";
import { Wire, type WireEnd, type WireObserver } from "./wire.ts";

/** No frame of a message is as short as a PING or PONG, bytes. */
const LONGEST_CONTROL_FRAME = 6;

/** One NATS connection over one WebSocket, from dial to close; it never reconnects. */
export class Connection implements WireObserver {
  readonly #parts: ConnectionParts;
  readonly #reader = new HandshakeReader();
  readonly #login: Login;
  readonly #silence: SilenceWatch;
  #phase: LinkPhase | "ended" = "dialling";
  #wire: Wire | undefined;
  #native: NatsConnection | undefined;
  #inbox: Inbox | undefined;
  #info: NatsInfo | undefined;
  #socketOpened = false;
  #errText: string | undefined;
  #frames = 0;
  #completeUntilMs: number;
  #rttMs: number | null = null;
  #closing: Promise<StopOutcome> | undefined;
  #dialEnded: (reason: Fault) => void = () => {};
  #settleGone: () => void = () => {};
  /** Settles when the connection has ended, however it did. */
  readonly gone: Promise<void>;

  private constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#login = new Login(parts.credentials);
    this.#silence = new SilenceWatch(parts.clock, () => parts.onEvent({ type: "quiet" }));
    this.#completeUntilMs = parts.clock.now();
    this.gone = new Promise((settle) => {
      this.#settleGone = settle;
    });
  }

  /**
   * Dials, and settles once the server has answered the first PING.
   * @throws FaultError that says why not; the abort reason, once wound down, if aborted
   */
  static async open(parts: ConnectionParts, signal: AbortSignal): Promise<Connection> {
    const connection = new Connection(parts);
    await connection.#dial(signal);
    return connection;
  }

  /** What the server said of itself. */
  get server(): ServerInfo {
    return describeServer(this.#parts.url, this.#info);
  }

  /** Whether it takes calls: neither draining nor ended. */
  get isLive(): boolean {
    return this.#phase === "live";
  }

  /** Until when it is proven that nothing was missed, epoch milliseconds: when the last PING that was answered was sent. */
  get completeUntilMs(): number {
    return this.#completeUntilMs;
  }

  /** How many frames have come. */
  get framesReceived(): number {
    return this.#frames;
  }

  get isOddlySilent(): boolean {
    return this.#silence.isTooLong;
  }

  /** The last measured round trip, milliseconds; null before the first. */
  get rttMs(): number | null {
    return this.#rttMs;
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
    this.#rttMs = this.#parts.clock.now() - sentAtMs;
    if (this.#phase === "live") this.#completeUntilMs = Math.max(this.#completeUntilMs, sentAtMs);
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
        `the payload is larger than the server's ${this.#info?.max_payload} bytes: publish less, or raise max_payload`,
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
      this.#rttMs = Math.min(this.#rttMs ?? tookMs, tookMs);
      return options.onAnswer(message);
    };
    const inbox = this.#inbox;
    if (inbox === undefined || !this.isLive) throw new AskError("ended");
    await inbox.ask(subject, payload, { ...options, onAnswer });
  }

  /** Settles when every question under way has its answer or has run out of time, or when the connection ends. */
  async answered(): Promise<void> {
    await Promise.race([this.#inbox?.idle(), this.gone]);
  }

  /** Asks the server for a sign of life and waits for it at most `timeoutMs`. */
  ping(timeoutMs: number): Promise<PingResult> {
    return ping(this, this.#parts.clock, timeoutMs);
  }

  /** Declares the connection dead and cuts it: `waitedMs` passed without a sign of life. */
  giveUp(waitedMs: number): void {
    if (this.#phase !== "live") return;
    this.#lose(fault("stale", { ...this.#evidence({}), waitedMs }));
    this.#wire?.cut();
  }

  /** Drains and closes; cuts when that takes longer than `deadlineMs`. Never rejects, never hangs. */
  close(deadlineMs: number): Promise<StopOutcome> {
    this.#closing ??= this.#close(deadlineMs);
    return this.#closing;
  }

  /** Ends the connection at once and without a word; nobody is told. False where the platform goes on closing its socket. */
  cut(): boolean {
    this.#end();
    return this.#wire?.cut() ?? true;
  }

  async #close(deadlineMs: number): Promise<StopOutcome> {
    const [wire, native] = [this.#wire, this.#native];
    if (this.#phase !== "live" || wire === undefined || native === undefined) {
      this.cut();
      return "nothing-open";
    }
    this.#phase = "draining";
    this.#silence.end();
    const drained = native.drain().then(() => true);
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

  opened(): void {
    this.#socketOpened = true;
    if (this.#phase === "dialling") this.#phase = "handshake";
  }

  received(data: Uint8Array<ArrayBuffer> | string): void {
    this.#frames += 1;
    if (typeof data === "string") {
      this.#unreadable(data);
    } else if (this.#native === undefined) {
      this.#reader.read(data);
      if (this.#reader.strangeBytes !== undefined) this.#wire?.cut();
      else if (this.#reader.infoReceived) this.#prove();
    } else if (data.length > LONGEST_CONTROL_FRAME) {
      this.#silence.note();
    }
  }

  ended(end: WireEnd): void {
    const evidence = this.#evidence(end);
    if (this.#phase === "live") this.#lose(classifyLoss(evidence));
    else this.#dialEnded(classifyDial(evidence, !this.#login.isAnonymous));
  }

  // --- the dial ---

  /** Lets the login sign INFO's nonce before nats.ws gets to read it. */
  #prove(): void {
    const proof = this.#login.prove(this.#reader.nonce);
    const failed = (reason: unknown) => {
      const detail = messageOf(reason);
      this.#dialEnded(fault("token-source", { ...this.#evidence({}), detail }));
      this.#wire?.cut();
    };
    if (proof !== null) this.#wire?.hold(proof.catch(failed));
  }

  async #dial(signal: AbortSignal): Promise<void> {
    const { clock, timeoutMs, url } = this.#parts;
    signal.throwIfAborted();
    const over = new AbortController();
    const startedAtMs = clock.now();
    const ended = new Promise<Fault>((settle) => {
      this.#dialEnded = settle;
    });
    const cancelTimeout = clock.after(timeoutMs, () => {
      const waitedMs = clock.now() - startedAtMs;
      this.#dialEnded(classifyDial({ ...this.#evidence({}), waitedMs }, !this.#login.isAnonymous));
      this.#wire?.cut();
    });
    const aborted = new Promise<"aborted">((settle) =>
      signal.addEventListener("abort", () => settle("aborted"), { once: true }),
    );
    try {
      const result = await Promise.race([this.#connect(over.signal), ended, aborted]);
      if (result === "aborted" || signal.aborted) {
        const { reason } = signal;
        const withinMs = reason instanceof Abandoned ? reason.withinMs : 0;
        if (withinMs > 0 && this.#wire !== undefined)
          await within(clock, withinMs, this.#wire.windDown(), undefined);
        throw reason;
      }
      if (result !== "connected") throw new FaultError(result, `${url}: ${result.kind}`);
      this.#phase = "live";
    } finally {
      cancelTimeout();
      over.abort();
      if (this.#phase !== "live") this.cut();
    }
  }

  /** Settles only on success: what goes wrong reaches `ended` or the time limit. */
  async #connect(signal: AbortSignal): Promise<"connected" | Fault> {
    const { name, url } = this.#parts;
    let socketFailure: Fault | undefined;
    let isLoaded = false;
    try {
      const { connect, createInbox } = await import("nats.ws");
      isLoaded = true;
      const native = await connect({
        ...this.#login.options(url, name),
        wsFactory: async () => {
          try {
            const socket = await this.#socket(signal);
            return { socket, encrypted: url.startsWith("wss:") };
          } catch (reason) {
            socketFailure = classifySocketFailure(reason, this.#evidence({}));
            throw reason;
          }
        },
      } as NativeConnectionOptions);
      this.#native = native;
      this.#inbox = new Inbox({
        clock: this.#parts.clock,
        inbox: createInbox(this.#login.inboxPrefix),
        subscribe: (subject, callback) => void this.subscribe(subject, null, callback),
        publish: (subject, payload, options) => this.publish(subject, payload, options),
      });
      this.#info = listenToProtocol(native, {
        errorText: (text) => this.#serverError(text),
        info: (info) => {
          this.#info = info;
          this.#tellCluster();
          if (info.ldm) this.#parts.onEvent({ type: "lame-duck" });
        },
        unreadable: (reason) => this.#unreadable(reason),
      });
      this.#tellCluster();
      return "connected";
    } catch (reason) {
      if (socketFailure !== undefined) return socketFailure;
      // The wire's own end says more than nats.ws's error.
      if (this.#wire !== undefined) return new Promise(() => {});
      if (isLoaded) return classifySocketFailure(reason, this.#evidence({}));
      // A deploy took nats.ws away, or there is no network: the server had no part in it.
      const seen = fault("unknown", this.#evidence({ detail: messageOf(reason) }));
      return { ...seen, explanation: "not-loaded" };
    }
  }

  /** Rejects when the dial ends first: nats.ws would keep what it waits with for as long as the factory takes. */
  async #socket(signal: AbortSignal): Promise<Wire> {
    const { url, webSocket } = this.#parts;
    // nats.ws may have been loading all the while: a socket made now would only have to be closed again.
    signal.throwIfAborted();
    const made = Promise.resolve(webSocket(url, signal)).then((socket) => {
      const wire = new Wire(socket, this);
      this.#wire = wire;
      // A factory that was too slow must not leave a ghost connection behind.
      if (signal.aborted) wire.cut();
      else if (wire.isOpen) this.opened();
      return wire;
    });
    const over = new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
    );
    return Promise.race([made, over]);
  }

  // --- what the server says ---

  #tellCluster(): void {
    const urls = membersOf(this.#parts.url, this.#info);
    if (urls.length > 0) this.#parts.onEvent({ type: "cluster", urls });
  }

  #serverError(text: string): void {
    const kind = classifyText(text);
    const denied = deniedUse(text);
    if (denied !== null) {
      const isQuestion = this.#inbox?.denied(denied, text) ?? false;
      const reason = fault("permission", { ...this.#evidence({}), errText: text });
      this.#parts.onEvent({ type: "denied", denied, isQuestion, fault: reason });
    } else if (kind === "too-many-subscriptions") {
      this.#parts.onEvent({ type: "no-room", fault: fault(kind, { ...this.#evidence({}), errText: text }) });
    } else if (kind !== "permission") {
      // Those above leave the connection alone; any other is the reason if it ends now.
      this.#errText = text;
    }
  }

  #unreadable(reason: string): void {
    const evidence = this.#evidence({});
    if (this.#phase === "live") this.#lose(fault("protocol", { ...evidence, detail: reason }));
    else {
      const seen = { ...evidence, firstBytes: printable(reason) };
      this.#dialEnded(classifyDial(seen, !this.#login.isAnonymous));
    }
    this.#wire?.cut();
  }

  #lose(reason: Fault): void {
    this.#end();
    this.#parts.onEvent({ type: "lost", fault: reason });
  }

  #end(): void {
    this.#phase = "ended";
    this.#silence.end();
    this.#inbox?.end();
    this.#settleGone();
  }

  #live(): NatsConnection {
    if (this.#native === undefined || this.#phase !== "live") throw new Error("the connection is not live");
    return this.#native;
  }

  #evidence(end: WireEnd): Evidence {
    const handshake = this.#native === undefined;
    const errText = handshake ? this.#reader.errText : this.#errText;
    const firstBytes = handshake ? this.#reader.strangeBytes : undefined;
    return {
      server: this.#parts.url,
      ...(this.#phase === "ended" ? {} : { phase: this.#phase }),
      socketOpened: this.#socketOpened,
      infoReceived: !handshake || this.#reader.infoReceived,
      ...(errText === undefined ? {} : { errText }),
      ...(firstBytes === undefined ? {} : { firstBytes }),
      ...end,
    };
  }
}
