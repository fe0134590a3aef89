/** The package's API: a NATS server in this process, with scripted faults. */
export type { AuthSettings } from "./auth/authenticator.ts";
export type { PermissionRules } from "./auth/permissions.ts";
export type { User } from "./auth/users.ts";
export type { Events, ServerEvent, Totals } from "./events.ts";
export type { ActiveFault, PathFaults } from "./faults/active-fault.ts";
export type { Faults } from "./faults/faults.ts";
export type { Action, FaultRule, Moment, UpgradeAction } from "./faults/scenario.ts";
export { OptionError, type SimulatorOptions, type TlsSettings } from "./settings.ts";
export { type Simulator, startSimulator } from "./simulator.ts";
export type { InitialMessage, StreamOptions } from "./streams/stream.ts";
