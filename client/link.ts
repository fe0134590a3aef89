import type { ConnectionOptions, NatsConnection } from "nats.ws";
import { classifyDial, classifyLoss, classifySocketFailure, classifyText, deniedUse } from "./classify.ts";
import { FaultError, messageOf } from "./errors.ts";
import { type Evidence, type Fault, fault, type LinkPhase } from "./faults.ts";
import { HandshakeReader } from "./handshake.ts";
import { describeServer, listenToProtocol, type NatsInfo } from "./internals.ts";
import { printable } from "./line-reader.ts";
import type { LinkObserver, LinkOptions } from "./link-options.ts";
import { Login } from "./login.ts";
import type { Message } from "./message.ts";
import { asMessage, nativeOptions, type PublishOptions } from "./native-message.ts";
import type { ServerInfo } from "./state.ts";
import type { StopOutcome } from "./timeline.ts";
import { Wire, type WireEnd, type WireObserver } from "./wire.ts";
import { within } from "./within.ts";

/**
 * How long an abandoned dial may still take to open and close, so that it ends
 * properly. A browser logs an error for a WebSocket closed while it connects.
 */
const WIND_DOWN_MS = 3000;

/** Aborts a dial that nobody waits for. */
export const AT_ONCE = new Error("abandoned");

/** What a ping found: a PONG, other traffic (which proves life as well), or nothing. */
export type PingResult =
  | { readonly found: "pong"; readonly rttMs: number }
  | { readonly found: "traffic" }
  | { readonly found: "nothing"; readonly waitedMs: number };

/** A subscription on one link. */
export interface LinkSubscription {
  unsubscribe(): void;
}

/** One NATS connection over one WebSocket, from dial to close; it never reconnects. */
export class Link implements WireObserver {
  readonly #options: LinkOptions;
  readonly #observer: LinkObserver;
  readonly #reader = new HandshakeReader();
  readonly #login: Login;
  /** Requests that wait for their answer. */
  readonly #asked = new Set<Promise<void>>();
  #phase: LinkPhase | "ended" = "dialling";
  #wire: Wire | undefined;
  #connection: NatsConnection | undefined;
  #info: NatsInfo | undefined;
  #socketOpened = false;
  #errText: string | undefined;
  #framesReceived = 0;
  #completeUntilMs: number;
  #dialEnded: (reason: Fault) => void = () => {};
  #settleGone: () => void = () => {};
  /** Settles when the link has ended, however it did. */
  readonly gone: Promise<void>;

  private constructor(options: LinkOptions, observer: LinkObserver) {
    this.#options = options;
    this.#observer = observer;
    this.#login = new Login(options.credentials);
    this.#completeUntilMs = options.clock.now();
    this.gone = new Promise((settle) => {
      this.#settleGone = settle;
    });
  }

  /**
   * Dials, and settles once the server has answered the first PING.
   * @throws FaultError that says why not; the abort reason, once wound down, if aborted
   */
  static async open(options: LinkOptions, observer: LinkObserver, signal: AbortSignal): Promise<Link> {
    const link = new Link(options, observer);
    await link.#dial(signal);
    return link;
  }

  /** What the server said of itself. */
  get server(): ServerInfo {
    return describeServer(this.#options.url, this.#info);
  }

  /** Whether it takes calls: neither draining nor ended. */
  get isLive(): boolean {
    return this.#phase === "live";
  }

  /** Until when nothing was missed, epoch milliseconds: the last bytes that came before any drain. */
  get completeUntilMs(): number {
    return this.#completeUntilMs;
  }

  /** The connection itself, for questions that `request` can't ask; throws when the link isn't live. */
  get nats(): NatsConnection {
    return this.#live();
  }

  /** Subscribes on the server; `callback` must not throw. */
  subscribe(subject: string, queue: string | null, callback: (message: Message) => void): LinkSubscription {
    return this.#live().subscribe(subject, {
      ...(queue === null ? {} : { queue }),
      callback: (error, message) => {
        if (error === null) callback(asMessage(message));
      },
    });
  }

  /** Settles once the server has read all that was sent before; never if the link ends first. */
  async flush(): Promise<void> {
    await this.#live().flush();
  }

  /** @throws FaultError when the payload is larger than the server allows; Error when the link isn't live */
  publish(subject: string, payload: Uint8Array | string, options?: PublishOptions): void {
    const connection = this.#live();
    try {
      if (options === undefined) connection.publish(subject, payload);
      else connection.publish(subject, payload, nativeOptions(options));
    } catch (reason) {
      if ((reason as { code?: string }).code !== "MAX_PAYLOAD_EXCEEDED") throw reason;
      throw new FaultError(
        fault("payload-too-large", { server: this.#options.url, phase: "live" }),
        `the payload is larger than the server's ${this.#info?.max_payload} bytes: publish less, or raise max_payload`,
      );
    }
  }

  /** Asks and waits for one answer. Rejects as nats.ws does: no responders, timeout, closed. */
  request(subject: string, payload: Uint8Array | string, timeoutMs: number): Promise<Message> {
    const answer = this.#live().request(subject, payload, { timeout: timeoutMs }).then(asMessage);
    const asked = answer.then(
      () => {},
      () => {},
    );
    this.#asked.add(asked);
    void asked.then(() => this.#asked.delete(asked));
    return answer;
  }

  /** Settles when every request under way has its answer, after `deadlineMs`, or when the link ends. */
  async answered(deadlineMs: number): Promise<void> {
    const all = Promise.all(this.#asked).then(() => {});
    await within(this.#options.clock, deadlineMs, Promise.race([all, this.gone]), undefined);
  }

  /** Asks the server for a sign of life and waits for it at most `timeoutMs`. */
  async ping(timeoutMs: number): Promise<PingResult> {
    const { clock } = this.#options;
    const startedAtMs = clock.now();
    const framesBefore = this.#framesReceived;
    const pong = this.flush().then(() => "pong" as const);
    const over = this.gone.then(() => null);
    const found = await within(clock, timeoutMs, Promise.race([pong, over]), null);
    if (found === "pong") return { found, rttMs: clock.now() - startedAtMs };
    // Frames may be waiting behind this very timer when the page was asleep: let them in first.
    await within(clock, 0, over, null);
    if (this.#framesReceived > framesBefore) return { found: "traffic" };
    return { found: "nothing", waitedMs: clock.now() - startedAtMs };
  }

  /** Declares the link dead and cuts it: `waitedMs` passed without a sign of life. */
  giveUp(waitedMs: number): void {
    if (this.#phase !== "live") return;
    this.#lose(fault("stale", { ...this.#evidence({}), waitedMs }));
    this.#wire?.cut();
  }

  /** Drains and closes; cuts when that takes longer than `deadlineMs`. Never rejects, never hangs. */
  async close(deadlineMs: number): Promise<StopOutcome> {
    const { clock } = this.#options;
    if (this.#phase !== "live" || this.#wire === undefined || this.#connection === undefined) {
      this.cut();
      return "nothing-open";
    }
    this.#phase = "draining";
    const wire = this.#wire;
    const drained = this.#connection.drain().then(() => true);
    const left = wire.gone.then(() => false);
    const closed = Promise.race([drained, left]).then(async (whole) => {
      await wire.gone;
      return whole;
    });
    // Whoever cuts it meanwhile ends the wait too.
    const cut = this.gone.then(() => false);
    const whole = await within(clock, deadlineMs, Promise.race([closed, cut]), false);
    this.cut();
    return whole ? "drained" : "cut";
  }

  /** Ends the link at once and without a word; the observer is not told. */
  cut(): void {
    this.#phase = "ended";
    this.#settleGone();
    this.#wire?.cut();
  }

  // --- WireObserver ---

  opened(): void {
    this.#socketOpened = true;
    if (this.#phase === "dialling") this.#phase = "handshake";
  }

  received(data: Uint8Array<ArrayBuffer> | string): void {
    this.#framesReceived += 1;
    if (this.#phase !== "draining") this.#completeUntilMs = this.#options.clock.now();
    if (typeof data === "string") {
      this.#unreadable(data);
    } else if (this.#connection === undefined) {
      this.#reader.read(data);
      if (this.#reader.strangeBytes !== undefined) this.#wire?.cut();
      else if (this.#reader.infoReceived) this.#prove();
    }
  }

  ended(end: WireEnd): void {
    const evidence = this.#evidence(end);
    if (this.#phase === "live") this.#lose(classifyLoss(evidence));
    else this.#dialEnded(classifyDial(evidence, !this.#login.isAnonymous));
  }

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
    const { clock, connectTimeoutMs, url } = this.#options;
    signal.throwIfAborted();
    const over = new AbortController();
    const startedAtMs = clock.now();
    const ended = new Promise<Fault>((settle) => {
      this.#dialEnded = settle;
    });
    const cancelTimeout = clock.after(connectTimeoutMs, () => {
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
        if (signal.reason !== AT_ONCE) await this.#windDown();
        throw signal.reason;
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
    const { url, webSocket } = this.#options;
    let socketFailure: Fault | undefined;
    try {
      const { connect } = await import("nats.ws");
      const connection = await connect({
        ...this.#login.options(url, this.#options.name),
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
      } as ConnectionOptions);
      this.#connection = connection;
      this.#info = listenToProtocol(connection, {
        errorText: (text) => this.#serverError(text),
        info: (info) => {
          this.#info = info;
          this.#tellCluster();
          if (info.ldm) this.#observer.lameDuck();
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

  async #windDown(): Promise<void> {
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
    await within(this.#options.clock, WIND_DOWN_MS, closed(), undefined);
  }

  // --- what the server says ---

  #tellCluster(): void {
    const members = this.#info?.connect_urls ?? [];
    const { protocol } = new URL(this.#options.url);
    if (members.length > 0) this.#observer.clusterNamed(members.map((member) => `${protocol}//${member}`));
  }

  #serverError(text: string): void {
    const kind = classifyText(text);
    const denied = deniedUse(text);
    if (denied !== null) {
      const reason = fault("permission", { ...this.#evidence({}), errText: text });
      this.#observer.denied(denied, reason);
    } else if (kind === "too-many-subscriptions") {
      this.#observer.refusedOne(fault(kind, { ...this.#evidence({}), errText: text }));
    } else if (kind !== "permission") {
      // Those above leave the link alone; any other is the reason if the link ends now.
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
    this.#phase = "ended";
    this.#settleGone();
    this.#observer.lost(reason);
  }

  #live(): NatsConnection {
    if (this.#connection === undefined || this.#phase !== "live") throw new Error("the link is not live");
    return this.#connection;
  }

  #evidence(end: WireEnd): Evidence {
    const handshake = this.#connection === undefined;
    const errText = handshake ? this.#reader.errText : this.#errText;
    const firstBytes = handshake ? this.#reader.strangeBytes : undefined;
    return {
      server: this.#options.url,
      ...(this.#phase === "ended" ? {} : { phase: this.#phase }),
      socketOpened: this.#socketOpened,
      infoReceived: !handshake || this.#reader.infoReceived,
      ...(errText === undefined ? {} : { errText }),
      ...(firstBytes === undefined ? {} : { firstBytes }),
      ...end,
    };
  }
}
