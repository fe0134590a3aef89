import type { Account } from "./account.ts";
import type { Admission } from "./auth/admission.ts";
import type { Permissions } from "./auth/permissions.ts";
import { leastLimit } from "./auth/trust.ts";
import type { CloseReasonName } from "./close-reasons.ts";
import { type ConnectOptions, DEFAULT_CONNECT_OPTIONS, readConnectOptions } from "./connect-options.ts";
import { distribute, RouteMemo } from "./delivery.ts";
import { ERRORS, publishViolation, subscribeViolation } from "./errors.ts";
import type { Occasion } from "./faults/rulebook.ts";
import type { Moment } from "./faults/scenario.ts";
import { type Aftermath, strikeSession } from "./faults/strike-session.ts";
import { Gate } from "./gate.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Hub } from "./hub.ts";
import { type CommandHandler, Parser, type ParserFault, type ParserLimits, type Verdict } from "./parser.ts";
import type { Publication } from "./publication.ts";
import { isLiteral, isSubscribable, toText } from "./subject.ts";
import { Subscription } from "./subscription.ts";
import { Timers } from "./timers.ts";
import type { Transport, TransportReceiver } from "./transport.ts";
import { Wire } from "./wire.ts";

/** How long a publisher is not read from when a subscriber of its messages can't keep up, milliseconds. */
const STALL_MS = 10;

/** What the parser found wrong: what is said (nothing, for bad arguments) and how it ends. */
const PARSER_FAULTS: Record<ParserFault, { readonly error: string; readonly reason: CloseReasonName }> = {
  "unknown-operation": { error: ERRORS.unknownOperation, reason: "protocolViolation" },
  "bad-arguments": { error: "", reason: "protocolViolation" },
  "control-line-too-long": { error: ERRORS.maxControlLine, reason: "maxControlLineExceeded" },
  "payload-too-large": { error: ERRORS.maxPayload, reason: "maxPayloadExceeded" },
  unauthenticated: { error: ERRORS.authorization, reason: "authenticationViolation" },
};

/** One client connection from INFO to its end. */
export class Session implements CommandHandler, TransportReceiver {
  readonly id: number;
  readonly transport: Transport;
  readonly hub: Hub;
  readonly subscriptions = new Map<string, Subscription>();
  readonly openedAtMs = Date.now();
  lastActivityAtMs = this.openedAtMs;
  options: ConnectOptions = DEFAULT_CONNECT_OPTIONS;
  account: Account;
  /** Undefined when the user may do everything. */
  permissions: Permissions | undefined;
  /** Messages and payload bytes from and to this client. */
  readonly traffic = { inMessages: 0, inBytes: 0, outMessages: 0, outBytes: 0 };
  readonly memo = new RouteMemo();
  readonly wire: Wire;
  readonly heartbeat: Heartbeat;
  readonly gate: Gate;
  readonly timers = new Timers();
  /** Messages that a reorder fault sends after the next one. */
  readonly heldBack: Buffer[] = [];
  /** How far the introduction went: `connected` by a CONNECT, `confirmed` by the PING after it. */
  stage: "greeted" | "connected" | "confirmed" = "greeted";
  readonly #limits: ParserLimits;
  readonly #parser: Parser;
  /** How many connections had been accepted when this one was, itself included. */
  readonly ordinal: number;
  readonly #occasion: Occasion;
  /** -1 for no limit. */
  #maxSubscriptions: number;
  /** Whether the client is read from. */
  #intake: "flowing" | "stalled" | "frozen" = "flowing";
  #phase: "open" | "closing" | "gone" = "open";

  constructor(id: number, transport: Transport, hub: Hub) {
    this.id = id;
    this.transport = transport;
    this.hub = hub;
    this.account = hub.globalAccount;
    const { settings } = hub;
    this.#limits = {
      maxControlLineBytes: settings.maxControlLineBytes,
      maxPayloadBytes: settings.maxPayloadBytes,
      admission: hub.authenticator.demand === "nothing" ? "open" : "awaiting-connect",
      headers: "unsupported",
    };
    this.#maxSubscriptions = serverLimit(settings.maxSubscriptions);
    this.ordinal = hub.ledger.totals.accepted;
    this.#occasion = { listener: transport.listener, ordinal: this.ordinal, clientId: id };
    this.gate = new Gate(this);
    this.#parser = new Parser(this, this.#limits);
    this.wire = new Wire(transport, {
      maxPendingBytes: settings.maxPendingBytes,
      writeDeadlineMs: settings.writeDeadlineMs,
      flushLater: () => hub.flushLater(this),
      onSlow: (cause) => {
        hub.ledger.totals.slowConsumers++;
        // What waits for a client that doesn't read would keep its socket open: it is cut, as in nats-server.
        this.wire.cut();
        this.#end(() => transport.reset(cause));
      },
    });
    this.heartbeat = new Heartbeat(settings, {
      ping: () => this.sendText("PING\r\n"),
      stale: () => this.fail(ERRORS.stale, "staleConnection"),
    });
  }

  /** Largest header block and payload this client may send, bytes. */
  get maxPayloadBytes(): number {
    return this.#limits.maxPayloadBytes;
  }

  /** Greets the client and begins to listen to it. */
  open(): void {
    this.transport.open(this);
    if (this.meet("before-info") === "as-usual") this.sendInfo();
    this.transport.secure?.(() => this.wire.flush());
    this.gate.watch();
    this.meet("after-info");
  }

  /** The INFO as it stands now, with its line end. */
  infoLine(): string {
    return `INFO ${JSON.stringify(this.hub.info(this))} \r\n`;
  }

  sendInfo(): void {
    this.sendText(this.infoLine());
  }

  onData(bytes: Buffer): void {
    if (this.#phase !== "open") return;
    this.lastActivityAtMs = Date.now();
    this.heartbeat.sawActivity();
    this.#parser.parse(bytes);
  }

  onDrain(): void {
    this.wire.drained();
  }

  onGone(reason: CloseReasonName): void {
    if (this.#phase === "gone") return;
    this.#leave();
    this.wire.cut();
    this.#phase = "gone";
    this.hub.forget(this, reason);
  }

  onConnect(json: string): Verdict {
    if (this.meet("connect") === "instead") return "go-on";
    const options = readConnectOptions(json, this.options);
    if (options === undefined) {
      this.close("protocolViolation");
      return "stop";
    }
    this.options = options;
    if (options.protocol < 0 || options.protocol > 1) {
      return this.fail(ERRORS.invalidClientProtocol, "badClientProtocolVersion");
    }
    if (options.no_responders && !options.headers) {
      return this.fail(ERRORS.noRespondersRequiresHeaders, "noRespondersRequiresHeaders");
    }
    const admission = this.gate.admit(options);
    if (admission === undefined) return this.fail(ERRORS.authorization, "authenticationViolation");
    this.#settle(admission);
    this.#limits.headers = options.headers ? "supported" : "unsupported";
    this.#limits.admission = "open";
    this.hub.ledger.record("connected", this.id, options.name);
    this.stage = "connected";
    this.heartbeat.start();
    this.acknowledge();
    return "go-on";
  }

  onPing(): Verdict {
    if (this.meet("before-pong") === "instead") return "go-on";
    this.sendText("PONG\r\n");
    if (this.stage === "connected") {
      this.stage = "confirmed";
      // Since 2.11 nats-server tells a client which account it is in, once it can take a second INFO.
      if (this.options.protocol >= 1) this.sendInfo();
      this.meet("live");
    }
    return "go-on";
  }

  onPong(): Verdict {
    this.heartbeat.sawPong();
    return "go-on";
  }

  onSub(subject: string, queue: string | undefined, sid: string): Verdict {
    if (!isSubscribable(subject)) {
      this.sendError(ERRORS.invalidSubject);
      return "go-on";
    }
    if (this.permissions?.maySubscribe(subject, queue) === false) {
      this.sendError(subscribeViolation(toText(subject), queue === undefined ? undefined : toText(queue)));
      return "go-on";
    }
    if (this.#maxSubscriptions >= 0 && this.subscriptions.size >= this.#maxSubscriptions) {
      this.sendError(ERRORS.maxSubscriptions);
      return "go-on";
    }
    if (!this.subscriptions.has(sid)) {
      const subscription = new Subscription(this, subject, queue, sid);
      this.subscriptions.set(sid, subscription);
      this.account.sublist.insert(subscription);
    }
    this.acknowledge();
    return "go-on";
  }

  onUnsub(sid: string, max: number): Verdict {
    const subscription = this.subscriptions.get(sid);
    if (subscription !== undefined) {
      if (max > subscription.delivered) subscription.max = max;
      else this.unsubscribe(subscription);
    }
    this.acknowledge();
    if (subscription !== undefined && this.subscriptions.size === 0) this.meet("draining");
    return "go-on";
  }

  onPublication(publication: Publication): Verdict {
    const { totals } = this.hub.ledger;
    this.traffic.inMessages++;
    this.traffic.inBytes += publication.size;
    totals.receivedMessages++;
    totals.receivedBytes += publication.size;
    if (this.options.pedantic && !isLiteralSubject(publication.subject)) {
      this.sendError(ERRORS.invalidPublishSubject);
    }
    if (this.permissions?.mayPublish(publication.subject) === false) {
      this.sendError(publishViolation(toText(publication.subject)));
      return "go-on";
    }
    this.acknowledge();
    distribute(this, publication);
    return "go-on";
  }

  onPeerError(): Verdict {
    this.close("parseError");
    return "stop";
  }

  onFault(fault: ParserFault): void {
    const { error, reason } = PARSER_FAULTS[fault];
    if (error === "") this.close(reason);
    else this.fail(error, reason);
  }

  /** Ends one subscription. */
  unsubscribe(subscription: Subscription): void {
    this.subscriptions.delete(subscription.sid);
    this.account.sublist.remove(subscription);
  }

  /** `+OK`, if the client asked to be told. */
  acknowledge(): void {
    if (this.options.verbose) this.sendText("+OK\r\n");
  }

  sendText(text: string): void {
    this.wire.sendText(text);
  }

  /** `-ERR` with this text; the connection goes on. */
  sendError(text: string): void {
    this.hub.ledger.record("error", this.id, text);
    this.sendText(`-ERR '${text}'\r\n`);
  }

  /** `-ERR` with this text, and the end. */
  fail(text: string, reason: CloseReasonName): Verdict {
    this.sendError(text);
    this.close(reason);
    return "stop";
  }

  /** Ends the connection once what was sent is out. */
  close(reason: CloseReasonName): void {
    this.#end(() => this.transport.close(reason));
  }

  /** As `close`, with a WebSocket close frame of the caller's choice. */
  closeWith(code: number, text: string): void {
    this.#end(() => this.transport.closeWith(code, text));
  }

  /** Ends the connection without a close frame, or at once with a TCP reset. */
  cut(how: "end" | "reset"): void {
    if (how === "reset") this.wire.cut();
    this.#end(() => (how === "reset" ? this.transport.reset("serverShutdown") : this.transport.hangUp()));
  }

  /** Reads and sends nothing until `thaw`, and has no clock: a stopped process finds nobody stale. */
  freeze(): void {
    this.#intake = "frozen";
    this.heartbeat.stop();
    this.transport.pause();
    this.wire.valve.freeze();
  }

  thaw(): void {
    if (this.#intake !== "frozen") return;
    this.#intake = "flowing";
    this.wire.valve.thaw();
    if (this.stage !== "greeted") this.heartbeat.start();
    this.transport.resume();
  }

  /** Doesn't read from this publisher for a moment. */
  stall(): void {
    if (this.#intake !== "flowing") return;
    this.#intake = "stalled";
    this.transport.pause();
    this.timers.after(STALL_MS, () => {
      if (this.#intake !== "stalled") return;
      this.#intake = "flowing";
      this.transport.resume();
    });
  }

  /** Lets the script's rules for this moment strike. */
  meet(moment: Moment): Aftermath {
    const { rulebook } = this.hub;
    if (!rulebook.has(moment)) return "as-usual";
    const strike = rulebook.strike(moment, this.#occasion);
    if (strike === undefined) return "as-usual";
    // What was said before this moment is not touched by what happens at it.
    this.wire.flush();
    if (strike.afterMs === 0) return strikeSession(this, strike.action);
    this.timers.after(strike.afterMs, () => strikeSession(this, strike.action));
    return "as-usual";
  }

  #end(close: () => void): void {
    if (this.#phase !== "open") return;
    this.wire.shut();
    this.#phase = "closing";
    this.#parser.stop();
    this.#leave();
    close();
  }

  #settle(admission: Admission): void {
    const { settings } = this.hub;
    this.account = this.hub.account(admission.accountName);
    this.permissions = admission.permissions;
    this.#limits.maxPayloadBytes = leastLimit(admission.maxPayloadBytes, settings.maxPayloadBytes);
    this.#maxSubscriptions = leastLimit(admission.maxSubscriptions, serverLimit(settings.maxSubscriptions));
  }

  /** Gives back everything the hub holds for this connection. */
  #leave(): void {
    this.heartbeat.stop();
    this.gate.stop();
    this.timers.clear();
    for (const subscription of this.subscriptions.values()) this.account.sublist.remove(subscription);
    this.subscriptions.clear();
  }
}

/** A server-wide limit, where 0 is none, as a limit where -1 is none. */
function serverLimit(value: number): number {
  return value > 0 ? value : -1;
}

function isLiteralSubject(subject: string): boolean {
  return isSubscribable(subject) && isLiteral(subject);
}
