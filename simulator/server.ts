import { type Authenticator, GLOBAL_ACCOUNT } from "./auth/admission.ts";
import { createAuthenticator } from "./auth/authenticator.ts";
import { Connection } from "./connection/connection.ts";
import type { Outgoing } from "./connection/outgoing.ts";
import type { Endpoint, ServerContext } from "./context.ts";
import { Events } from "./events.ts";
import { type Conditions, noConditions } from "./faults/conditions.ts";
import { FaultRules } from "./faults/rules.ts";
import { type Identity, newIdentity } from "./identity.ts";
import type { ListenerName, Transport } from "./listeners/transport.ts";
import type { CloseReasonName } from "./protocol/close-reasons.ts";
import { ERRORS } from "./protocol/errors.ts";
import { OptionError, type Settings } from "./settings.ts";
import { Streams } from "./streams/streams.ts";
import { Account } from "./subscriptions/account.ts";

/** nats-server's first clients have ids above those of its own internal ones. */
const FIRST_CLIENT_ID = 5;

/** Settings that a reload may change; a change of any other makes nats-server refuse the whole reload. */
const RELOADABLE: ReadonlySet<string> = new Set<keyof Settings>([
  "auth",
  "authTimeoutMs",
  "maxConnections",
  "maxControlLineBytes",
  "maxPayloadBytes",
  "maxPingsOut",
  "pingIntervalMs",
  "serverTags",
  "writeDeadlineMs",
  // Accepted, but without effect: listeners keep their certificates.
  "tls",
]);

/** The state that all connections of a server share. */
export class NatsServer implements ServerContext {
  settings: Settings;
  authenticator: Authenticator;
  conditions: Conditions = noConditions();
  readonly identity: Identity;
  readonly events = new Events();
  readonly rules = new FaultRules();
  readonly connections = new Map<number, Connection>();
  readonly startedAtMs = Date.now();
  readonly endpoints = new Map<ListenerName, Endpoint>();
  readonly #accounts = new Map<string, Account>();
  #nextClientId = FIRST_CLIENT_ID;
  #due: Outgoing[] = [];

  constructor(settings: Settings) {
    this.settings = settings;
    this.identity = newIdentity(settings.serverName);
    this.authenticator = createAuthenticator(settings.auth);
    new Streams(this.account(GLOBAL_ACCOUNT), settings.streams).start();
  }

  /** All accounts, for the monitor. */
  get accounts(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  account(name: string): Account {
    const known = this.#accounts.get(name);
    if (known !== undefined) return known;
    const account = new Account(name);
    this.#accounts.set(name, account);
    return account;
  }

  accept(transport: Transport): void {
    const isFull = this.connections.size >= this.settings.maxConnections;
    const connection = new Connection(this.#nextClientId++, transport, this);
    this.events.record("accepted", connection.id, transport.listener);
    this.connections.set(connection.id, connection);
    connection.open();
    if (isFull) connection.fail(ERRORS.maxConnections, "maxConnectionsExceeded");
  }

  remove({ id }: { readonly id: number }, reason: CloseReasonName): void {
    this.connections.delete(id);
    this.events.totals.closed++;
    this.events.record("closed", id, reason);
  }

  /**
   * Applies changed settings to the server and its open connections, as nats-server's reload does.
   * @throws OptionError, without changing anything, when a setting can't be changed by a reload
   */
  reload(settings: Settings): void {
    const changed = (Object.keys(settings) as (keyof Settings)[]).filter(
      (name) => JSON.stringify(settings[name]) !== JSON.stringify(this.settings[name]),
    );
    const isBound = bindsAnonymous(this.settings, settings);
    const fixed = changed.find((name) => !RELOADABLE.has(name)) ?? (isBound && "no_auth_user");
    if (fixed) throw new OptionError(`config reload not supported for ${fixed}`);
    const users = changed.includes("auth") ? "changed" : "same";
    this.authenticator = createAuthenticator(settings.auth);
    // Listeners keep their TLS settings, and INFO must agree with them.
    this.settings = { ...settings, tls: this.settings.tls };
    for (const connection of this.connections.values()) connection.reload(users);
  }

  flushLater(outgoing: Outgoing): void {
    if (this.#due.push(outgoing) === 1) process.nextTick(() => this.#flushDue());
  }

  /** Closes every connection. */
  closeAll(reason: CloseReasonName): void {
    for (const connection of this.connections.values()) connection.close(reason);
  }

  #flushDue(): void {
    const due = this.#due;
    this.#due = [];
    for (const outgoing of due) outgoing.flush();
  }
}

/** Whether `no_auth_user` changes in a way that needs a restart. A reload may only remove it together with its user. */
function bindsAnonymous(before: Settings, after: Settings): boolean {
  const [was, is] = [anonymousUserOf(before), anonymousUserOf(after)];
  if (was === is) return false;
  if (was === undefined || is !== undefined) return true;
  const users = after.auth.type === "users" ? after.auth.users : [];
  // A user with an nkey may stay: nats-server looks for it only among users with a password.
  return users.some(({ name, password }) => name === was && password !== undefined);
}

function anonymousUserOf({ auth }: Settings): string | undefined {
  return auth.type === "users" ? auth.anonymousUser : undefined;
}
