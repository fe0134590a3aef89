/** The simulator's one face: a NATS server in this process, with faults on a script. */
export type { Ledger, LedgerEntry, LedgerTotals } from "./ledger.ts";
export { OptionError, type SimulatorOptions } from "./settings.ts";
export { type Simulator, startSimulator } from "./simulator.ts";
