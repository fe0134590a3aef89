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

/** What a reload may change; at anything else nats-server refuses the whole of it. */
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
  // Certificates: taken, and of no effect.
  "tls",
]);

/** All that the connections of one server share. */
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
   * Puts changed settings in force, and holds everybody who is in to them (nats-server's reload).
   * Throws, and changes nothing, where one of them can't be changed.
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
    // The listeners have theirs: what is said of TLS follows them.
    this.settings = { ...settings, tls: this.settings.tls };
    for (const connection of this.connections.values()) connection.reload(users);
  }

  flushLater(outgoing: Outgoing): void {
    if (this.#due.push(outgoing) === 1) process.nextTick(() => this.#flushDue());
  }

  /** Ends every client. */
  closeAll(reason: CloseReasonName): void {
    for (const connection of this.connections.values()) connection.close(reason);
  }

  #flushDue(): void {
    const due = this.#due;
    this.#due = [];
    for (const outgoing of due) outgoing.flush();
  }
}

/** Whether `no_auth_user` changes as nats-server lets it only by a restart: it may go, together with its user. */
function bindsAnonymous(before: Settings, after: Settings): boolean {
  const [was, is] = [anonymousUserOf(before), anonymousUserOf(after)];
  if (was === is) return false;
  if (was === undefined || is !== undefined) return true;
  const users = after.auth.type === "users" ? after.auth.users : [];
  // One with an nkey may stay: nats-server looks for it among those with a password.
  return users.some(({ name, password }) => name === was && password !== undefined);
}

function anonymousUserOf({ auth }: Settings): string | undefined {
  return auth.type === "users" ? auth.anonymousUser : undefined;
}
