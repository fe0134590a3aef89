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

/** The actual address of a listener. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What connections and listeners use of their server. */
export interface ServerContext {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly authenticator: Authenticator;
  /** Changes by faults that affect all clients. */
  readonly conditions: Conditions;
  readonly rules: FaultRules;
  readonly events: Events;
  readonly endpoints: ReadonlyMap<ListenerName, Endpoint>;
  /** The account of this name, created on first use. */
  account(name: string): Account;
  /** Adds a client whose transport is ready for INFO. */
  accept(transport: Transport): void;
  /** Flushes a connection's output after the current tick's input has been processed. */
  flushLater(outgoing: Outgoing): void;
  /** Removes a connection whose transport has closed. */
  remove(connection: { readonly id: number }, reason: CloseReasonName): void;
}
