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

/** Reason for aborting an unwanted dial; its socket then gets `withinMs` milliseconds for `Wire.closeOnceOpen()`. */
export class Abandoned extends Error {
  readonly withinMs: number;
  constructor(withinMs: number) {
    super("abandoned");
    this.withinMs = withinMs;
  }
}

/** Options of a dial. */
export interface DialParts extends ConnectionParts {
  readonly name: string | undefined;
  readonly credentials: Credentials;
  /** Time limit until the first PONG, milliseconds. */
  readonly timeoutMs: number;
  readonly webSocket: SocketFactory;
}

/**
 * Opens a connection; settles once the server has answered the first PING.
 * @throws FaultError that names the cause; the abort reason, if aborted, once the socket has been closed or cut
 */
export async function dial(parts: DialParts, signal: AbortSignal): Promise<Connection> {
  signal.throwIfAborted();
  return new Dial(parts).open(signal);
}

/** One dial. It collects the evidence of a failure that nats.ws doesn't report. */
class Dial implements WireObserver {
  readonly #parts: DialParts;
  readonly #login: Login;
  readonly #reader = new HandshakeReader();
  readonly #startedAtMs: number;
  #wire: Wire | undefined;
  #socketOpened = false;
  /** Rejects the dial; only the first call has an effect. */
  #reject: (reason: Fault) => void = () => {};

  constructor(parts: DialParts) {
    this.#parts = parts;
    this.#login = new Login(parts.credentials);
    this.#startedAtMs = parts.clock.now();
  }

  async open(signal: AbortSignal): Promise<Connection> {
    const { clock, timeoutMs, url } = this.#parts;
    const ended = new AbortController();
    const cancelTimeout = clock.after(timeoutMs, () => {
      this.#fail({ waitedMs: clock.now() - this.#startedAtMs });
      this.#wire?.cut();
    });
    try {
      const connection = await new Promise<Connection>((resolve, reject) => {
        this.#reject = (reason) => reject(new FaultError(reason, `${url}: ${reason.kind}`));
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        void this.#connect(ended.signal, resolve);
      });
      signal.throwIfAborted();
      return connection;
    } catch (reason) {
      const withinMs = signal.reason instanceof Abandoned ? signal.reason.withinMs : 0;
      if (withinMs > 0 && this.#wire !== undefined)
        await within(clock, withinMs, this.#wire.closeOnceOpen(), undefined);
      this.#wire?.cut();
      throw reason;
    } finally {
      cancelTimeout();
      ended.abort();
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
    if (this.#reader.nonNatsBytes !== undefined) this.#wire?.cut();
    else if (this.#reader.infoReceived) this.#signNonce();
  }

  ended(end: WireEnd): void {
    this.#fail(end);
  }

  /** Withholds INFO from nats.ws until its nonce has been signed. */
  #signNonce(): void {
    const signing = this.#login.signNonce(this.#reader.nonce);
    const onFailure = (reason: unknown) => {
      this.#reject(fault("token-source", this.#evidence({ detail: messageOf(reason) })));
      this.#wire?.cut();
    };
    if (signing !== null) this.#wire?.hold(signing.catch(onFailure));
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
            this.#reject(classifySocketFailure(reason, this.#evidence()));
            throw reason;
          }
        },
      } as NativeConnectionOptions);
      stage = "connected";
      const inbox = createInbox(this.#login.inboxPrefix);
      const { greetedAsLameDuck } = this.#reader;
      const wire = this.#wire as Wire;
      opened(new Connection(this.#parts, wire, native, inbox, this.#startedAtMs, greetedAsLameDuck));
    } catch (reason) {
      if (stage === "connecting") {
        // If there is a wire, its end is reported instead: it says more than nats.ws's error.
        if (this.#wire === undefined) this.#reject(classifySocketFailure(reason, this.#evidence()));
        return;
      }
      const seen = fault("unknown", this.#evidence({ detail: messageOf(reason) }));
      // The chunk with nats.ws is missing after a deployment, or the network is down: not a fault of the server.
      this.#reject(stage === "loading" ? { ...seen, explanation: "not-loaded" } : seen);
    }
  }

  /** Makes the socket. Rejects when the dial ends first: else nats.ws would wait as long as the factory takes. */
  async #socket(signal: AbortSignal): Promise<Wire> {
    const { url, webSocket } = this.#parts;
    // The dial may have ended while nats.ws was loading: then no socket must be made.
    signal.throwIfAborted();
    const made = Promise.resolve(webSocket(url, signal)).then((socket) => {
      checkType("addEventListener of the webSocket() result", socket?.addEventListener, "function");
      const wire = new Wire(socket, this);
      this.#wire = wire;
      // If the dial ended before the factory was done, the socket must not stay open without an owner.
      if (signal.aborted) wire.cut();
      else if (wire.isOpen) this.opened();
      return wire;
    });
    const aborted = new Promise<never>((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
    );
    return Promise.race([made, aborted]);
  }

  #fail(seen: Evidence): void {
    const classified = classifyDial(this.#evidence(seen), !this.#login.isAnonymous);
    // While sign() is pending the server waits for CONNECT, so a timeout on either side is the fault of sign().
    const isUnsigned = classified.kind === "timeout" && this.#wire?.withholdsFrames;
    this.#reject(isUnsigned ? fault("token-source", classified.evidence, "likely") : classified);
  }

  #evidence(more: Evidence = {}): Evidence {
    const { errText, infoReceived, nonNatsBytes } = this.#reader;
    return {
      server: this.#parts.url,
      phase: this.#socketOpened ? "handshake" : "dialling",
      socketOpened: this.#socketOpened,
      infoReceived,
      ...(errText === undefined ? {} : { errText }),
      ...(nonNatsBytes === undefined ? {} : { firstBytes: nonNatsBytes }),
      ...more,
    };
  }
}
