/** The simulator's one face: a NATS server in this process, with faults on a script. */
export type { AuthSettings } from "./auth/authenticator.ts";
export type { PermissionRules } from "./auth/permissions.ts";
export type { User } from "./auth/users.ts";
export type { ActiveFault, FaultDesk } from "./faults/desk.ts";
export type { Action, FaultRule, Moment, Scenario, Target } from "./faults/scenario.ts";
export type { Ledger, LedgerEntry, LedgerTotals } from "./ledger.ts";
export { OptionError, type SimulatorOptions, type TlsSettings } from "./settings.ts";
export { type Simulator, startSimulator } from "./simulator.ts";
