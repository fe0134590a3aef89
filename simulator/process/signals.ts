import { existsSync, readFileSync } from "node:fs";
import { OptionError } from "../settings.ts";

/** nats-server's names for the signals that it takes (`nats-server --signal`). */
const SIGNALS: ReadonlyMap<string, NodeJS.Signals> = new Map([
  ["ldm", "SIGUSR2"],
  ["stop", "SIGKILL"],
  ["quit", "SIGINT"],
  ["term", "SIGTERM"],
  ["reopen", "SIGUSR1"],
  ["reload", "SIGHUP"],
]);

/** What `--signal` sends, and to which process. */
export interface SignalOrder {
  readonly signal: NodeJS.Signals;
  readonly pid: number;
}

/**
 * Reads `ldm=1234` or `ldm=/path/to/pid`.
 * @throws OptionError that says what to give; nats-server alone goes and looks for processes of its name
 */
export function readSignalOrder(value: string): SignalOrder {
  const [, command = "", whom = ""] = /^(\w+)=(.+)$/.exec(value) ?? [];
  const signal = SIGNALS.get(command);
  const pid = Number(existsSync(whom) ? readFileSync(whom, "utf8") : whom);
  if (signal === undefined || !Number.isInteger(pid) || pid < 1) {
    throw new OptionError(
      `--signal is ${value}; give one of ${[...SIGNALS.keys()].join(", ")}, "=" and a pid or the file that holds it`,
    );
  }
  return { signal, pid };
}
