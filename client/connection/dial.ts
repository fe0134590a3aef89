import type { ConnectionOptions as NativeConnectionOptions } from "nats.ws";
import { FaultError, messageOf } from "../errors.ts";
import { classifyDial, classifySocketFailure } from "../faults/classify.ts";
import { type Evidence, type Fault, fault } from "../faults/fault.ts";
import { printable } from "../faults/line-reader.ts";
import { type Credentials, checkType, type SocketFactory } from "../options.ts";
import { within } from "../within.ts";
import { Connection, type ConnectionParts } from "./connection.ts";
import { HandshakeReader } from "./handshake.ts";
import { Login } from "./login.ts";
import { Wire, type WireEnd, type WireObserver } from "./wire.ts";

/** Aborts a dial that nobody waits for; it may take `withinMs` to end properly, for browsers log an error otherwise. */
export class Abandoned extends Error {
  readonly withinMs: number;
  constructor(withinMs: number) {
    super("abandoned");
    this.withinMs = withinMs;
  }
}

/** What is dialled, and how. */
export interface DialParts extends ConnectionParts {
  readonly name: string | undefined;
  readonly credentials: Credentials;
  /** From here to the first PONG, milliseconds. */
  readonly timeoutMs: number;
  readonly webSocket: SocketFactory;
}

/**
 * Dials, and settles once the server has answered the first PING.
 * @throws FaultError that says why not; the abort reason, once wound down, if aborted
 */
export async function dial(parts: DialParts, signal: AbortSignal): Promise<Connection> {
  signal.throwIfAborted();
  return new Dial(parts).open(signal);
}

/** A connection in the making: what nats.ws keeps to itself of why it comes to nothing is noted on the way. */
class Dial implements WireObserver {
  readonly #parts: DialParts;
  readonly #login: Login;
  readonly #reader = new HandshakeReader();
  readonly #startedAtMs: number;
  #wire: Wire | undefined;
  #socketOpened = false;
  /** The first that is told counts. */
  #failed: (reason: Fault) => void = () => {};

  constructor(parts: DialParts) {
    this.#parts = parts;
    this.#login = new Login(parts.credentials);
    this.#startedAtMs = parts.clock.now();
  }

  async open(signal: AbortSignal): Promise<Connection> {
    const { clock, timeoutMs, url } = this.#parts;
    const over = new AbortController();
    const cancelTimeout = clock.after(timeoutMs, () => {
      this.#fail({ waitedMs: clock.now() - this.#startedAtMs });
      this.#wire?.cut();
    });
    try {
      const connection = await new Promise<Connection>((opened, failed) => {
        this.#failed = (reason) => failed(new FaultError(reason, `${url}: ${reason.kind}`));
        signal.addEventListener("abort", () => failed(signal.reason), { once: true });
        void this.#connect(over.signal, opened);
      });
      signal.throwIfAborted();
      return connection;
    } catch (reason) {
      const withinMs = signal.reason instanceof Abandoned ? signal.reason.withinMs : 0;
      if (withinMs > 0 && this.#wire !== undefined)
        await within(clock, withinMs, this.#wire.windDown(), undefined);
      this.#wire?.cut();
      throw reason;
    } finally {
      cancelTimeout();
      over.abort();
    }
  }

  // --- WireObserver ---

  opened(): void {
    this.#socketOpened = true;
  }

  received(data: Uint8Array<ArrayBuffer> | string): void {
    if (typeof data === "string") {
      this.#fail({ firstBytes: printable(data) });
      this.#wire?.cut();
      return;
    }
    this.#reader.read(data);
    if (this.#reader.strangeBytes !== undefined) this.#wire?.cut();
    else if (this.#reader.infoReceived) this.#prove();
  }

  ended(end: WireEnd): void {
    this.#fail(end);
  }

  /** Lets the login sign INFO's nonce before nats.ws gets to read it. */
  #prove(): void {
    const proof = this.#login.prove(this.#reader.nonce);
    const failed = (reason: unknown) => {
      this.#failed(fault("token-source", this.#evidence({ detail: messageOf(reason) })));
      this.#wire?.cut();
    };
    if (proof !== null) this.#wire?.hold(proof.catch(failed));
  }

  async #connect(signal: AbortSignal, opened: (connection: Connection) => void): Promise<void> {
    const { name, url } = this.#parts;
    let stage: "loading" | "connecting" | "connected" = "loading";
    try {
      const { connect, createInbox } = await import("nats.ws");
      stage = "connecting";
      const native = await connect({
        ...this.#login.options(url, name),
        wsFactory: async () => {
          try {
            const socket = await this.#socket(signal);
            return { socket, encrypted: url.startsWith("wss:") };
          } catch (reason) {
            this.#failed(classifySocketFailure(reason, this.#evidence()));
            throw reason;
          }
        },
      } as NativeConnectionOptions);
      stage = "connected";
      const inbox = createInbox(this.#login.inboxPrefix);
      const { greetedGoing } = this.#reader;
      opened(new Connection(this.#parts, this.#wire as Wire, native, inbox, this.#startedAtMs, greetedGoing));
    } catch (reason) {
      if (stage === "connecting") {
        // The wire's own end says more than nats.ws's error.
        if (this.#wire === undefined) this.#failed(classifySocketFailure(reason, this.#evidence()));
        return;
      }
      const seen = fault("unknown", this.#evidence({ detail: messageOf(reason) }));
      // A deploy took nats.ws away, or there is no network: the server had no part in it.
      this.#failed(stage === "loading" ? { ...seen, explanation: "not-loaded" } : seen);
    }
  }

  /** Rejects when the dial ends first: nats.ws would keep what it waits with for as long as the factory takes. */
  async #socket(signal: AbortSignal): Promise<Wire> {
    const { url, webSocket } = this.#parts;
    // nats.ws may have been loading all the while: a socket made now would only have to be closed again.
    signal.throwIfAborted();
    const made = Promise.resolve(webSocket(url, signal)).then((socket) => {
      checkType("addEventListener of what webSocket() gave", socket?.addEventListener, "function");
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

  #fail(seen: Evidence): void {
    const found = classifyDial(this.#evidence(seen), !this.#login.isAnonymous);
    // While the login is being signed nothing is waited for from the server: it waits, often for a shorter time.
    const isUnsigned = found.kind === "timeout" && this.#wire?.keepsFrames;
    this.#failed(isUnsigned ? fault("token-source", found.evidence, "likely") : found);
  }

  #evidence(more: Evidence = {}): Evidence {
    const { errText, infoReceived, strangeBytes } = this.#reader;
    return {
      server: this.#parts.url,
      phase: this.#socketOpened ? "handshake" : "dialling",
      socketOpened: this.#socketOpened,
      infoReceived,
      ...(errText === undefined ? {} : { errText }),
      ...(strangeBytes === undefined ? {} : { firstBytes: strangeBytes }),
      ...more,
    };
  }
}
