import type { Authenticator } from "./auth/admission.ts";
import type { Outgoing } from "./connection/outgoing.ts";
import type { Events } from "./events.ts";
import type { Conditions } from "./faults/conditions.ts";
import type { FaultRules } from "./faults/rules.ts";
import type { Identity } from "./identity.ts";
import type { ListenerName, Transport } from "./listeners/transport.ts";
import type { CloseReasonName } from "./protocol/close-reasons.ts";
import type { Settings } from "./settings.ts";
import type { Account } from "./subscriptions/account.ts";

/** Where a listener really listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What a connection and a listener know of the server they belong to. */
export interface ServerContext {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly authenticator: Authenticator;
  /** What a fault has changed for everybody. */
  readonly conditions: Conditions;
  readonly rules: FaultRules;
  readonly events: Events;
  readonly endpoints: ReadonlyMap<ListenerName, Endpoint>;
  /** The account of this name, made when it is asked for the first time. */
  account(name: string): Account;
  /** Takes in a client whose transport is ready for INFO. */
  accept(transport: Transport): void;
  /** Sends what a connection has to say when the current tick's input has been worked off. */
  flushLater(outgoing: Outgoing): void;
  /** A connection's transport is gone. */
  remove(connection: { readonly id: number }, reason: CloseReasonName): void;
}
