import { Account } from "./account.ts";
import { type Authenticator, createAuthenticator } from "./auth/authenticator.ts";
import type { CloseReasonName } from "./close-reasons.ts";
import { ERRORS } from "./errors.ts";
import { API_LEVEL, type Identity, NATS_VERSION, newIdentity } from "./identity.ts";
import { Ledger } from "./ledger.ts";
import { Session } from "./session.ts";
import type { Settings } from "./settings.ts";
import type { ListenerName, Transport } from "./transport.ts";

/** Where a listener really listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What all connections share. */
export class Hub {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly ledger = new Ledger();
  readonly globalAccount: Account;
  authenticator: Authenticator;
  readonly sessions = new Map<number, Session>();
  readonly startedAt = new Date();
  readonly endpoints = new Map<ListenerName, Endpoint>();
  readonly #accounts = new Map<string, Account>();
  #lastClientId = 4;
  #due: Session[] = [];

  constructor(settings: Settings) {
    this.settings = settings;
    this.identity = newIdentity(settings.serverName);
    this.globalAccount = this.account("$G");
    this.authenticator = createAuthenticator(settings.auth);
  }

  /** All accounts, for the monitor. */
  get accounts(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  /** The account of this name, made when it is asked for the first time. */
  account(name: string): Account {
    const known = this.#accounts.get(name);
    if (known !== undefined) return known;
    const account = new Account(name);
    this.#accounts.set(name, account);
    return account;
  }

  /** Epoch milliseconds, by the clock that credentials are judged by. */
  now(): number {
    return Date.now();
  }

  /** Takes in a client whose transport is ready for INFO. */
  accept(transport: Transport): Session {
    const session = new Session(++this.#lastClientId, transport, this);
    this.ledger.totals.accepted++;
    this.ledger.record("accepted", session.id, transport.listener);
    const isFull = this.sessions.size >= this.settings.maxConnections;
    this.sessions.set(session.id, session);
    session.open();
    if (isFull) session.fail(ERRORS.maxConnections, "maxConnectionsExceeded");
    return session;
  }

  /** Takes out a client whose transport is gone. */
  forget(session: Session, reason: CloseReasonName): void {
    this.sessions.delete(session.id);
    this.ledger.totals.closed++;
    this.ledger.record("closed", session.id, reason);
  }

  /** The INFO for one client, field by field as nats-server 2.15 sends it. */
  info(session: Session): Record<string, unknown> {
    const { identity, settings } = this;
    const endpoint = this.endpoints.get(session.transport.listener);
    return {
      server_id: identity.serverId,
      server_name: identity.serverName,
      version: NATS_VERSION,
      proto: 1,
      go: process.version,
      host: endpoint?.host ?? settings.host,
      port: endpoint?.port ?? 0,
      headers: true,
      ...(this.authenticator.demand === "nothing" ? {} : { auth_required: true }),
      max_payload: session.maxPayloadBytes,
      client_id: session.id,
      client_ip: session.transport.remoteAddress,
      ...(session.stage === "confirmed" ? { connect_info: true, remote_account: session.account.name } : {}),
      ...(session.gate.nonce === "" ? {} : { nonce: session.gate.nonce }),
      api_lvl: API_LEVEL,
      xkey: identity.exchangeKey,
    };
  }

  /** Sends the session's outbox when the current tick's input has been worked off. */
  flushLater(session: Session): void {
    if (this.#due.push(session) === 1) process.nextTick(() => this.#flushDue());
  }

  /** Ends every client. */
  closeAll(reason: CloseReasonName): void {
    for (const session of this.sessions.values()) session.close(reason);
  }

  #flushDue(): void {
    const due = this.#due;
    this.#due = [];
    for (const session of due) session.flush();
  }
}
