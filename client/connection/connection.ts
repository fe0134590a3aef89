import type { ConnectionOptions as NativeConnectionOptions, NatsConnection } from "nats.ws";
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
import type { Clock, Credentials, SocketFactory } from "../options.ts";
import { AskError } from "../sequence/port.ts";
import type { ServerInfo, StopOutcome } from "../state.ts";
import { within } from "../within.ts";
import type { ConnectionEvent } from "./events.ts";
import { HandshakeReader } from "./handshake.ts";
import { type AskOptions, Inbox } from "./inbox.ts";
import { Login } from "./login.ts";
import { asMessage, nativeOptions, type PublishOptions } from "./native-message.ts";
import { Pace } from "./pace.ts";
import { describeServer, listenToProtocol, type NatsInfo } from "./protocol.ts";
import { Wire, type WireEnd, type WireObserver } from "./wire.ts";

/** A PONG that takes longer than this, milliseconds, comes over a slow link. */
const SLOW_PONG_MS = 1000;

/** No frame of a message is as short as a PING or PONG, bytes. */
const LONGEST_CONTROL_FRAME = 6;

/** Aborts a dial that nobody waits for; it may take `withinMs` to end properly, for browsers log an error otherwise. */
export class Abandoned extends Error {
  override readonly name = "Abandoned";
  readonly withinMs: number;
  constructor(withinMs: number) {
    super("abandoned");
    this.withinMs = withinMs;
  }
}

/** What a connection is dialled with. */
export interface ConnectionParts {
  readonly url: string;
  readonly name: string | undefined;
  readonly credentials: Credentials;
  /** From here to the first PONG, milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly webSocket: SocketFactory;
  onEvent(event: ConnectionEvent): void;
}

/** What a ping found: a PONG, other traffic (which proves life as well), or nothing. */
export type PingResult =
  /** `slow` when the link was late though this side wasn't. */
  | { readonly found: "pong"; readonly rttMs: number; readonly slow: boolean }
  | { readonly found: "traffic" }
  | { readonly found: "nothing"; readonly waitedMs: number };

/** A subscription on one connection. */
export interface ConnectionSubscription {
  /** Ends it at once: what is under way isn't delivered any more. */
  unsubscribe(): void;
  /** Ends it on the server; settles once what was under way has been delivered. */
  drain(): Promise<void>;
}

/** One NATS connection over one WebSocket, from dial to close; it never reconnects. */
export class Connection implements WireObserver {
  readonly #parts: ConnectionParts;
  readonly #reader = new HandshakeReader();
  readonly #login: Login;
  readonly #pace = new Pace();
  #phase: LinkPhase | "ended" = "dialling";
  #wire: Wire | undefined;
  #native: NatsConnection | undefined;
  #inbox: Inbox | undefined;
  #info: NatsInfo | undefined;
  #socketOpened = false;
  #errText: string | undefined;
  #framesReceived = 0;
  #completeUntilMs: number;
  #rttMs: number | null = null;
  #closing: Promise<StopOutcome> | undefined;
  #cancelWatch: (() => void) | null = null;
  #dialEnded: (reason: Fault) => void = () => {};
  #settleGone: () => void = () => {};
  /** Settles when the connection has ended, however it did. */
  readonly gone: Promise<void>;

  private constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#login = new Login(parts.credentials);
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
      ...(queue === null ? {} : { queue }),
      callback: (error, message) => {
        if (error === null) callback(asMessage(message));
      },
    });
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
  async ping(timeoutMs: number): Promise<PingResult> {
    const { clock } = this.#parts;
    const startedAtMs = clock.now();
    const framesBefore = this.#framesReceived;
    let slow = false;
    // Frames may be waiting behind a timer when this side was late: let them in before anything is concluded.
    let cancelSlow = clock.after(SLOW_PONG_MS, () => {
      cancelSlow = clock.after(0, () => {
        slow = this.#framesReceived === framesBefore;
      });
    });
    const pong = this.flush().then(() => "pong" as const);
    const over = this.gone.then(() => null);
    const found = await within(clock, timeoutMs, Promise.race([pong, over]), null);
    cancelSlow();
    if (found === "pong") return { found, rttMs: clock.now() - startedAtMs, slow };
    await within(clock, 0, over, null);
    if (this.#framesReceived > framesBefore) return { found: "traffic" };
    return { found: "nothing", waitedMs: clock.now() - startedAtMs };
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
    this.#framesReceived += 1;
    if (typeof data === "string") {
      this.#unreadable(data);
    } else if (this.#native === undefined) {
      this.#reader.read(data);
      if (this.#reader.strangeBytes !== undefined) this.#wire?.cut();
      else if (this.#reader.infoReceived) this.#prove();
    } else if (data.length > LONGEST_CONTROL_FRAME) {
      this.#pace.note(this.#parts.clock.now());
      if (this.#cancelWatch === null) this.#watch(this.#pace.limitMs);
    }
  }

  ended(end: WireEnd): void {
    const evidence = this.#evidence(end);
    if (this.#phase === "live") this.#lose(classifyLoss(evidence));
    else this.#dialEnded(classifyDial(evidence, !this.#login.isAnonymous));
  }

  /** Looks after `delayMs` whether the link has fallen silent; after that not before something comes again. */
  #watch(delayMs: number | null): void {
    if (delayMs === null || this.#phase !== "live") return;
    const { clock } = this.#parts;
    this.#cancelWatch = clock.after(delayMs, () => {
      this.#cancelWatch = null;
      const { limitMs } = this.#pace;
      if (limitMs === null || this.#phase !== "live") return;
      const leftMs = limitMs - this.#pace.silenceMs(clock.now());
      if (leftMs > 0) this.#watch(leftMs);
      else this.#parts.onEvent({ type: "quiet" });
    });
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
        if (reason instanceof Abandoned && reason.withinMs > 0) await this.#windDown(reason.withinMs);
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
    const { name, url, webSocket } = this.#parts;
    let socketFailure: Fault | undefined;
    try {
      const { connect, createInbox } = await import("nats.ws");
      const native = await connect({
        ...this.#login.options(url, name),
        wsFactory: async () => {
          try {
            // nats.ws may have been loading all the while: a socket made now would only have to be closed again.
            signal.throwIfAborted();
            this.#wire = new Wire(await webSocket(url, signal), this);
          } catch (reason) {
            socketFailure = classifySocketFailure(reason, this.#evidence({}));
            throw reason;
          }
          // A factory that was too slow must not leave a ghost connection behind.
          if (signal.aborted) this.#wire.cut();
          else if (this.#wire.isOpen) this.opened();
          return { socket: this.#wire, encrypted: url.startsWith("wss:") };
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
      return classifySocketFailure(reason, this.#evidence({}));
    }
  }

  async #windDown(withinMs: number): Promise<void> {
    const wire = this.#wire;
    if (wire === undefined) return;
    const closed = async () => {
      if (!wire.isOpen) {
        const opened = new Promise<void>((settle) => {
          wire.onopen = settle;
        });
        await Promise.race([opened, wire.gone]);
      }
      wire.close();
      await wire.gone;
    };
    await within(this.#parts.clock, withinMs, closed(), undefined);
  }

  // --- what the server says ---

  #tellCluster(): void {
    const members = this.#info?.connect_urls ?? [];
    const { protocol } = new URL(this.#parts.url);
    const urls = members.map((member) => `${protocol}//${member}`);
    if (urls.length > 0) this.#parts.onEvent({ type: "cluster", urls });
  }

  #serverError(text: string): void {
    const kind = classifyText(text);
    const denied = deniedUse(text);
    if (denied !== null) {
      const isQuestion = this.#inbox?.denied(denied.subject, text) ?? false;
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
    this.#cancelWatch?.();
    this.#cancelWatch = null;
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
