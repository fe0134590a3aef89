import { Account } from "./account.ts";
import { type Authenticator, createAuthenticator } from "./auth/authenticator.ts";
import type { CloseReasonName } from "./close-reasons.ts";
import { ERRORS } from "./errors.ts";
import { type Conditions, calm } from "./faults/conditions.ts";
import { Rulebook } from "./faults/rulebook.ts";
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

/** nats-server's first clients have ids above those of its own internal ones. */
const FIRST_CLIENT_ID = 5;

/** What all connections share. */
export class Hub {
  settings: Settings;
  authenticator: Authenticator;
  conditions: Conditions = calm();
  readonly identity: Identity;
  readonly ledger = new Ledger();
  readonly rulebook = new Rulebook();
  readonly sessions = new Map<number, Session>();
  readonly startedAtMs = Date.now();
  readonly endpoints = new Map<ListenerName, Endpoint>();
  readonly globalAccount: Account;
  readonly #accounts = new Map<string, Account>();
  #nextClientId = FIRST_CLIENT_ID;
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
    return Date.now() + this.conditions.clockSkewMs;
  }

  /** Takes in a client whose transport is ready for INFO. */
  accept(transport: Transport): void {
    const isFull = this.sessions.size >= this.settings.maxConnections;
    const session = new Session(this.#nextClientId++, transport, this);
    this.ledger.record("accepted", session.id, transport.listener);
    this.sessions.set(session.id, session);
    if (this.conditions.pace !== undefined) session.wire.valve.setPace(this.conditions.pace);
    session.open();
    if (isFull) session.fail(ERRORS.maxConnections, "maxConnectionsExceeded");
  }

  /** Takes out a client whose transport is gone. */
  forget(session: Session, reason: CloseReasonName): void {
    this.sessions.delete(session.id);
    this.ledger.totals.closed++;
    this.ledger.record("closed", session.id, reason);
  }

  /** Puts changed settings in force and ends those who may no longer be in (nats-server's reload). */
  reload(settings: Settings): void {
    this.authenticator = createAuthenticator(settings.auth);
    this.settings = settings;
    for (const session of this.sessions.values()) {
      const { admission } = session.gate;
      if (admission === undefined || !this.authenticator.isRevoked(admission)) continue;
      session.fail(ERRORS.authenticationRevoked, "revocation");
    }
  }

  /** The INFO for one client, field by field as nats-server 2.15 sends it. */
  info(session: Session): Record<string, unknown> {
    const { identity, settings } = this;
    const { listener, remoteAddress } = session.transport;
    const endpoint = this.endpoints.get(listener);
    const isSecure = settings.tls[listener] !== undefined;
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
      ...(isSecure ? { tls_required: true } : {}),
      // nats-server tells everybody what its TCP port asks for, and WebSocket clients that theirs has TLS too.
      ...(settings.tls.tcp?.ca === undefined ? {} : { tls_verify: true }),
      ...(isSecure && listener === "websocket" ? { tls_available: true } : {}),
      max_payload: session.maxPayloadBytes,
      client_id: session.id,
      client_ip: remoteAddress,
      ...introduction(session),
      api_lvl: API_LEVEL,
      xkey: identity.exchangeKey,
      ...this.conditions.info,
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
    for (const session of due) session.wire.flush();
  }
}

/** What the INFO says before, and what it says after, the client has said who it is. */
function introduction({ stage, account, gate }: Session): Record<string, unknown> {
  if (stage === "confirmed") return { connect_info: true, remote_account: account.name };
  return gate.nonce === "" ? {} : { nonce: gate.nonce };
}
