import { type Admission, GLOBAL_ACCOUNT, identify, unbounded } from "../auth/admission.ts";
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
import { Heartbeat } from "./heartbeat.ts";
import { Line } from "./line.ts";

/** What a client may do before it has said who it is, where it needn't. */
const NEWCOMER = unbounded("");

/** One client connection from INFO to its end: what becomes of its commands, and of messages for it. */
export class Connection extends Line implements CommandHandler, TransportReceiver, Publisher {
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
  /** How far the introduction went: `connected` by a CONNECT, `confirmed` by the PING after it. */
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
    this.#settle(NEWCOMER);
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

  /** Greets the client and begins to listen to it. */
  open(): void {
    this.transport.open(this);
    // Ahead of the script, which may silence it.
    this.authentication.start();
    const { nonce } = this.authentication;
    if (this.#reached("before-info") === "as-usual") this.sendInfo({ nonce });
    this.transport.secure?.(() => this.outgoing.flush());
  }

  /** Sends the INFO as it stands now. */
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
    const options = identify(given, this.server.authenticator);
    this.options = options;
    if (options.protocol < 0 || options.protocol > 1) {
      return this.fail(ERRORS.invalidClientProtocol, "badClientProtocolVersion");
    }
    if (options.no_responders && !options.headers) {
      return this.fail(ERRORS.noRespondersRequiresHeaders, "noRespondersRequiresHeaders");
    }
    const admission = this.authentication.admit(options);
    if (admission === undefined) return this.fail(ERRORS.authorization, "authenticationViolation");
    this.#settle(admission);
    this.#limits.headers = options.headers ? "supported" : "unsupported";
    this.#limits.admission = "open";
    this.server.events.record("connected", this.id, options.name);
    // Another CONNECT changes what the client is, and doesn't make it new.
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
      // Since 2.11 nats-server tells a client which account it is in, once it can take a second INFO.
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

  /** The status message of nats-server 2.15: nobody listens on `subject`. */
  onNoResponders(subject: string, reply: string): void {
    for (const { subject: own, queue, sid } of this.subscriptions.values()) {
      if (queue !== undefined || !isCovered(own, reply)) continue;
      const header = `NATS/1.0 503\r\nNats-Subject: ${subject}\r\n\r\n`;
      this.sendText(`HMSG ${reply} ${sid} ${header.length} ${header.length}\r\n${header}\r\n`);
      return;
    }
  }

  /**
   * Holds the client to changed settings: its limits, what it may do, and whether it may be here at all.
   * @param users whether who may come in, and what they may do, is among the changes
   */
  reload(users: "same" | "changed"): void {
    if (this.isSilent) return;
    const { settings } = this.server;
    this.#limits.maxControlLineBytes = settings.maxControlLineBytes;
    const { admission } = this.authentication;
    if (admission !== undefined && users === "changed") this.#readmit(admission);
    else this.#settle(admission ?? NEWCOMER);
  }

  /** `+OK`, if the client asked to be told. */
  #acknowledge(): void {
    if (this.options.verbose) this.sendText("+OK\r\n");
  }

  /** Carries out the script's rule for this moment, if there is one. */
  #reached(moment: NatsMoment): Outcome {
    const { rules, events } = this.server;
    const action = rules.take(moment);
    if (action === undefined) return "as-usual";
    // What was sent before this moment is not touched by what happens at it.
    this.outgoing.flush();
    events.record("fault", this.id, action.do);
    injectOnConnection(this, action);
    return "instead";
  }

  #readmit(former: Admission): void {
    const admission = this.authentication.renew(this.options, former);
    if (admission === "ended") return;
    if (admission === "unknown" || admission.accountName !== this.account.name) {
      // As nats-server: it may dial again, and finds out then what is right for it now.
      this.close("clientClosed");
      return;
    }
    this.#settle(admission);
    for (const { subject, sid } of this.subscriptions.recheck()) {
      this.sendError(withdrawnViolation(toText(subject), toText(sid)));
    }
  }

  #settle(admission: Admission): void {
    const { settings } = this.server;
    const { subscriptions } = this;
    subscriptions.enter(this.server.account(admission.accountName));
    subscriptions.permissions = admission.permissions;
    const serverLimit = settings.maxSubscriptions > 0 ? settings.maxSubscriptions : Number.POSITIVE_INFINITY;
    subscriptions.limit = Math.min(admission.maxSubscriptions, serverLimit);
    this.#limits.maxPayloadBytes = Math.min(admission.maxPayloadBytes, settings.maxPayloadBytes);
  }

  /** As a stopped process it has no clock either, and finds nobody stale. */
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

  protected override leave(): void {
    this.heartbeat.stop();
    this.authentication.stop();
    this.subscriptions.clear();
  }
}
