import { SettingsError } from "../serve/settings/gather.ts";
import { ProductError } from "../serve/supervisor.ts";
import { Running } from "./running.ts";

/** A command that runs until it is told to end. */
export interface Command {
  readonly running: Running;
  /** Whether it was told to end, or failed. */
  readonly isStopping: boolean;
}

/** Runs `start`, and stops what it has started at a Ctrl-C, or when something goes wrong that nobody awaits. */
export function runUntilStopped(start: (command: Command) => Promise<void>): void {
  const running = new Running();
  let isStopping = false;

  const end = async (code: number): Promise<void> => {
    isStopping = true;
    await running.stopAll();
    process.exit(code);
  };
  const fail = (error: Error): void => {
    // What was stopped on purpose may well complain.
    if (isStopping) return;
    const isExpected = error instanceof SettingsError || error instanceof ProductError;
    process.stderr.write(`${isExpected ? error.message : (error.stack ?? error.message)}\n`);
    void end(1);
  };

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));
  process.on("uncaughtException", fail);
  start({
    running,
    get isStopping() {
      return isStopping;
    },
  }).catch(fail);
}
