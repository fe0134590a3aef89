import { type Admission, GLOBAL_ACCOUNT, unbounded, withDefaultLogin } from "../auth/admission.ts";
import type { ServerContext } from "../context.ts";
import { injectOnConnection, type Outcome } from "../faults/inject-connection.ts";
import type { NatsMoment } from "../faults/scenario.ts";
import { type InfoClient, infoLine } from "../info.ts";
import type { Transport, TransportReceiver } from "../listeners/transport.ts";
import {
  type ConnectOptions,
  DEFAULT_CONNECT_OPTIONS,
  readConnectOptions,
} from "../protocol/connect-options.ts";
import { ERRORS, publishViolation, withdrawnViolation } from "../protocol/errors.ts";
import {
  type CommandHandler,
  Parser,
  type ParserFault,
  type ParserLimits,
  type Verdict,
} from "../protocol/parser.ts";
import type { Publication } from "../protocol/publication.ts";
import { isCovered, isPublishable, toText } from "../protocol/subject.ts";
import type { Account } from "../subscriptions/account.ts";
import { distribute, type Publisher } from "../subscriptions/delivery.ts";
import { MatchMemo } from "../subscriptions/match-memo.ts";
import { writeMessage } from "../subscriptions/message-writer.ts";
import type { Subscription } from "../subscriptions/subscription.ts";
import { Authentication } from "./authentication.ts";
import { ClientSubscriptions } from "./client-subscriptions.ts";
import { ConnectionBase } from "./connection-base.ts";
import { Heartbeat } from "./heartbeat.ts";

/** The rights of a client before CONNECT, on a server that requires no credentials. */
const UNAUTHENTICATED = unbounded("");

/** One client connection: handles its commands, and delivers messages to it. */
export class Connection extends ConnectionBase implements CommandHandler, TransportReceiver, Publisher {
  readonly subscriptions: ClientSubscriptions;
  readonly openedAtMs = Date.now();
  lastActivityAtMs = this.openedAtMs;
  options: ConnectOptions = DEFAULT_CONNECT_OPTIONS;
  /** Messages and payload bytes from and to this client. */
  readonly traffic = { inMessages: 0, inBytes: 0, outMessages: 0, outBytes: 0 };
  readonly memo = new MatchMemo();
  readonly heartbeat: Heartbeat;
  readonly authentication: Authentication;
  readonly #limits: ParserLimits;
  readonly #parser: Parser;
  /** Progress of the handshake: `connected` after CONNECT, `confirmed` after the PING that follows it. */
  #stage: "greeted" | "connected" | "confirmed" = "greeted";

  constructor(id: number, transport: Transport, server: ServerContext) {
    super(id, transport, server);
    const { settings } = server;
    this.#limits = {
      maxControlLineBytes: settings.maxControlLineBytes,
      maxPayloadBytes: settings.maxPayloadBytes,
      admission: server.authenticator.demand === "nothing" ? "open" : "awaiting-connect",
      headers: "unsupported",
    };
    this.subscriptions = new ClientSubscriptions(this, server.account(GLOBAL_ACCOUNT));
    this.#applyAdmission(UNAUTHENTICATED);
    this.authentication = new Authentication(server, transport.listener, (text, reason) =>
      this.fail(text, reason),
    );
    this.#parser = new Parser(this, this.#limits);
    this.heartbeat = new Heartbeat(settings, {
      ping: () => this.sendText("PING\r\n"),
      stale: () => this.fail(ERRORS.stale, "staleConnection"),
    });
  }

  get account(): Account {
    return this.subscriptions.account;
  }

  /** Sends INFO and starts reading. */
  open(): void {
    this.transport.open(this);
    // Before the scripted fault, which may silence the connection.
    this.authentication.start();
    const { nonce } = this.authentication;
    if (this.#reached("before-info") === "as-usual") this.sendInfo({ nonce });
    this.transport.secure?.(() => this.outgoing.flush());
  }

  /** Sends an INFO with the server's current state. */
  sendInfo(own?: InfoClient["own"]): void {
    const line = infoLine(this.server, {
      id: this.id,
      listener: this.transport.listener,
      remoteAddress: this.transport.remoteAddress,
      maxPayloadBytes: this.#limits.maxPayloadBytes,
      own,
    });
    this.sendText(line);
  }

  onData(bytes: Buffer): void {
    if (!this.isOpen) return;
    this.lastActivityAtMs = Date.now();
    this.heartbeat.sawActivity();
    this.#parser.parse(bytes);
  }

  onConnect(json: string): Verdict {
    if (this.#reached("connect") === "instead") return "continue";
    const given = readConnectOptions(json, this.options);
    if (given === undefined) {
      this.close("protocolViolation");
      return "stop";
    }
    const options = withDefaultLogin(given, this.server.authenticator);
    this.options = options;
    if (options.protocol < 0 || options.protocol > 1) {
      return this.fail(ERRORS.invalidClientProtocol, "badClientProtocolVersion");
    }
    if (options.no_responders && !options.headers) {
      return this.fail(ERRORS.noRespondersRequiresHeaders, "noRespondersRequiresHeaders");
    }
    const admission = this.authentication.admit(options);
    if (admission === undefined) return this.fail(ERRORS.authorization, "authenticationViolation");
    this.#applyAdmission(admission);
    this.#limits.headers = options.headers ? "supported" : "unsupported";
    this.#limits.admission = "open";
    this.server.events.record("connected", this.id, options.name);
    // A second CONNECT replaces the options but doesn't restart the handshake.
    if (this.#stage === "greeted") this.#stage = "connected";
    this.heartbeat.start();
    this.#acknowledge();
    return "continue";
  }

  onPing(): Verdict {
    if (this.#reached("before-pong") === "instead") return "continue";
    this.sendText("PONG\r\n");
    if (this.#stage === "connected") {
      this.#stage = "confirmed";
      // Since 2.11 nats-server sends a second INFO with the account to clients of protocol 1.
      if (this.options.protocol >= 1) this.sendInfo({ accountName: this.account.name });
    }
    return "continue";
  }

  onPong(): Verdict {
    this.heartbeat.sawPong();
    return "continue";
  }

  onSub(subject: string, queue: string | undefined, sid: string): Verdict {
    const error = this.subscriptions.add(subject, queue, sid);
    if (error === undefined) this.#acknowledge();
    else this.sendError(error);
    return "continue";
  }

  onUnsub(sid: string, max: number): Verdict {
    const found = this.subscriptions.end(sid, max);
    this.#acknowledge();
    if (found === "known" && this.subscriptions.size === 0) this.#reached("draining");
    return "continue";
  }

  onPublicationLine(publication: Publication): void {
    if (this.options.pedantic && !isPublishable(publication.subject)) {
      this.sendError(ERRORS.invalidPublishSubject);
    }
  }

  onPublication(publication: Publication): Verdict {
    const { totals } = this.server.events;
    this.traffic.inMessages++;
    this.traffic.inBytes += publication.size;
    totals.receivedMessages++;
    totals.receivedBytes += publication.size;
    if (this.subscriptions.permissions?.mayPublish(publication.subject) === false) {
      this.sendError(publishViolation(toText(publication.subject)));
      return "continue";
    }
    this.#acknowledge();
    distribute(this, publication);
    return "continue";
  }

  onPeerError(): Verdict {
    this.close("parseError");
    return "stop";
  }

  onFault({ error, reason }: ParserFault): void {
    if (error === "") this.close(reason);
    else this.fail(error, reason);
  }

  receive(subscription: Subscription, subject: string, publication: Publication): "light" | "congested" {
    const { outgoing, traffic } = this;
    const { totals } = this.server.events;
    writeMessage(outgoing.outbox, subscription, subject, publication, this.options.headers);
    traffic.outMessages++;
    traffic.outBytes += publication.size;
    totals.sentMessages++;
    totals.sentBytes += publication.size;
    outgoing.touch();
    return outgoing.load;
  }

  unsubscribe(subscription: Subscription): void {
    this.subscriptions.remove(subscription);
  }

  /** Sends nats-server 2.15's 503 status message: nobody is subscribed to `subject`. */
  onNoResponders(subject: string, reply: string): void {
    for (const { subject: own, queue, sid } of this.subscriptions.values()) {
      if (queue !== undefined || !isCovered(own, reply)) continue;
      const header = `NATS/1.0 503\r\nNats-Subject: ${subject}\r\n\r\n`;
      this.sendText(`HMSG ${reply} ${sid} ${header.length} ${header.length}\r\n${header}\r\n`);
      return;
    }
  }

  /**
   * Applies changed settings to the client: limits, permissions, and whether it may stay connected.
   * @param users whether users or permissions are among the changes
   */
  reload(users: "same" | "changed"): void {
    if (this.isSilent) return;
    const { settings } = this.server;
    this.#limits.maxControlLineBytes = settings.maxControlLineBytes;
    const { admission } = this.authentication;
    if (admission !== undefined && users === "changed") this.#readmit(admission);
    else this.#applyAdmission(admission ?? UNAUTHENTICATED);
  }

  /** Sends `+OK` if the client is `verbose`. */
  #acknowledge(): void {
    if (this.options.verbose) this.sendText("+OK\r\n");
  }

  /** Applies the scripted fault rule for this moment, if there is one. */
  #reached(moment: NatsMoment): Outcome {
    const { rules, events } = this.server;
    const action = rules.take(moment);
    if (action === undefined) return "as-usual";
    // The fault must not affect output from before this moment.
    this.outgoing.flush();
    events.record("fault", this.id, action.do);
    injectOnConnection(this, action);
    return "instead";
  }

  #readmit(former: Admission): void {
    const admission = this.authentication.renew(this.options, former);
    if (admission === "ended") return;
    if (admission === "unknown" || admission.accountName !== this.account.name) {
      // As in nats-server: the client may connect and authenticate again.
      this.close("clientClosed");
      return;
    }
    this.#applyAdmission(admission);
    for (const { subject, sid } of this.subscriptions.recheck()) {
      this.sendError(withdrawnViolation(toText(subject), toText(sid)));
    }
  }

  #applyAdmission(admission: Admission): void {
    const { settings } = this.server;
    const { subscriptions } = this;
    subscriptions.enter(this.server.account(admission.accountName));
    subscriptions.permissions = admission.permissions;
    const serverLimit = settings.maxSubscriptions > 0 ? settings.maxSubscriptions : Number.POSITIVE_INFINITY;
    subscriptions.limit = Math.min(admission.maxSubscriptions, serverLimit);
    this.#limits.maxPayloadBytes = Math.min(admission.maxPayloadBytes, settings.maxPayloadBytes);
  }

  /** A stopped process has no timers, so a frozen connection doesn't become stale. */
  override freeze(): void {
    super.freeze();
    this.heartbeat.stop();
  }

  override thaw(): boolean {
    const wasFrozen = super.thaw();
    if (wasFrozen && this.#stage !== "greeted") this.heartbeat.start();
    return wasFrozen;
  }

  protected override stopReading(): void {
    this.#parser.stop();
  }

  protected override release(): void {
    this.heartbeat.stop();
    this.authentication.stop();
    this.subscriptions.clear();
  }
}
