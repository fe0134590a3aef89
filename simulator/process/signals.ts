import { existsSync, readFileSync } from "node:fs";
import { OptionError } from "../settings.ts";

/** Signals by nats-server's names (`nats-server --signal`). */
const SIGNALS: ReadonlyMap<string, NodeJS.Signals> = new Map([
  ["ldm", "SIGUSR2"],
  ["stop", "SIGKILL"],
  ["quit", "SIGINT"],
  ["term", "SIGTERM"],
  ["reopen", "SIGUSR1"],
  ["reload", "SIGHUP"],
]);

/** The signal and process of `--signal`. */
export interface SignalOrder {
  readonly signal: NodeJS.Signals;
  readonly pid: number;
}

/**
 * Parses `ldm=1234` or `ldm=/path/to/pid`.
 * @throws OptionError without a pid; unlike nats-server, this doesn't search for processes by name
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
