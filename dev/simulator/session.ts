import type { Account } from "./account.ts";
import type { Admission } from "./auth/admission.ts";
import type { Permissions } from "./auth/permissions.ts";
import { leastLimit } from "./auth/trust.ts";
import type { CloseReasonName } from "./close-reasons.ts";
import { type ConnectOptions, DEFAULT_CONNECT_OPTIONS, readConnectOptions } from "./connect-options.ts";
import { distribute, RouteMemo } from "./delivery.ts";
import { ERRORS, publishViolation, subscribeViolation } from "./errors.ts";
import { Gate } from "./gate.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Hub } from "./hub.ts";
import { Outbox } from "./outbox.ts";
import { type CommandHandler, Parser, type ParserFault, type ParserLimits, type Verdict } from "./parser.ts";
import type { Publication } from "./publication.ts";
import { isLiteral, isSubscribable, toText } from "./subject.ts";
import { Subscription } from "./subscription.ts";
import type { Transport, TransportReceiver } from "./transport.ts";

/** Flushed before the tick ends, so that one burst doesn't gather in memory. */
const EARLY_FLUSH_BYTES = 256 * 1024;

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
  readonly openedAt = new Date();
  lastActivityAt = new Date();
  options: ConnectOptions = DEFAULT_CONNECT_OPTIONS;
  account: Account;
  /** Undefined when the user may do everything. */
  permissions: Permissions | undefined;
  /** Messages and payload bytes from and to this client. */
  readonly traffic = { inMessages: 0, inBytes: 0, outMessages: 0, outBytes: 0 };
  readonly memo = new RouteMemo();
  readonly outbox = new Outbox();
  readonly heartbeat: Heartbeat;
  readonly gate: Gate;
  readonly #limits: ParserLimits;
  readonly #parser: Parser;
  /** How far the introduction went: `connected` by a CONNECT, `confirmed` by the PING after it. */
  stage: "greeted" | "connected" | "confirmed" = "greeted";
  /** -1 for no limit. */
  #maxSubscriptions: number;
  #phase: "open" | "closing" | "gone" = "open";
  #flush: "idle" | "due" = "idle";

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
    this.#maxSubscriptions = settings.maxSubscriptions > 0 ? settings.maxSubscriptions : -1;
    this.gate = new Gate(this);
    this.#parser = new Parser(this, this.#limits);
    this.heartbeat = new Heartbeat(settings, {
      ping: () => this.sendText("PING\r\n"),
      stale: () => this.fail(ERRORS.stale, "staleConnection"),
    });
  }

  /** Greets the client and begins to listen to it. */
  open(): void {
    this.transport.open(this);
    this.sendInfo();
    this.gate.watch();
  }

  /** Largest header block and payload this client may send, bytes. */
  get maxPayloadBytes(): number {
    return this.#limits.maxPayloadBytes;
  }

  /** Sends the INFO as it stands now. */
  sendInfo(): void {
    this.sendText(`INFO ${JSON.stringify(this.hub.info(this))} \r\n`);
  }

  onData(bytes: Buffer): void {
    if (this.#phase !== "open") return;
    this.lastActivityAt = new Date();
    this.heartbeat.sawActivity();
    this.#parser.parse(bytes);
  }

  onDrain(): void {}

  onGone(reason: CloseReasonName): void {
    this.#leave();
    if (this.#phase === "gone") return;
    this.#phase = "gone";
    this.hub.forget(this, reason);
  }

  onConnect(json: string): Verdict {
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
    this.sendText("PONG\r\n");
    if (this.stage === "connected") {
      this.stage = "confirmed";
      // Since 2.11 nats-server tells a client which account it is in, once it can take a second INFO.
      if (this.options.protocol >= 1) this.sendInfo();
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
    if (this.#phase !== "open") return;
    this.outbox.appendText(text);
    this.touch();
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
    if (this.#phase !== "open") return;
    this.flush();
    this.#phase = "closing";
    this.#parser.stop();
    this.#leave();
    this.transport.close(reason);
  }

  /** The outbox has something: it leaves when the tick ends, or now if it is much. */
  touch(): void {
    if (this.outbox.size > EARLY_FLUSH_BYTES) {
      this.flush();
    } else if (this.#flush === "idle") {
      this.#flush = "due";
      this.hub.flushLater(this);
    }
  }

  flush(): void {
    this.#flush = "idle";
    if (this.#phase !== "open" || this.outbox.size === 0) return;
    for (const piece of this.outbox.drain()) this.transport.send(piece);
    if (this.transport.bufferedBytes > this.hub.settings.maxPendingBytes) {
      this.hub.ledger.totals.slowConsumers++;
      this.close("slowConsumer");
    }
  }

  #settle(admission: Admission): void {
    const { settings } = this.hub;
    this.account = this.hub.account(admission.accountName);
    this.permissions = admission.permissions;
    this.#limits.maxPayloadBytes = leastLimit(admission.maxPayloadBytes, settings.maxPayloadBytes);
    const serverLimit = settings.maxSubscriptions > 0 ? settings.maxSubscriptions : -1;
    this.#maxSubscriptions = leastLimit(admission.maxSubscriptions, serverLimit);
  }

  /** Gives back everything the hub holds for this connection. */
  #leave(): void {
    this.heartbeat.stop();
    this.gate.stop();
    for (const subscription of this.subscriptions.values()) this.account.sublist.remove(subscription);
    this.subscriptions.clear();
  }
}

function isLiteralSubject(subject: string): boolean {
  return isSubscribable(subject) && isLiteral(subject);
}
