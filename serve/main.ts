/** `npm run serve` and the container's entrypoint: the built product for real use, until it is told to end. */
import { endLeftOver, LEFT_OVER } from "./left-over.ts";
import { createLog } from "./log.ts";
import { SettingsError } from "./settings/gather.ts";
import { dataFolder, readServeSettings } from "./settings.ts";
import { ProductError, Supervisor } from "./supervisor.ts";

let supervisor: Supervisor | undefined;
let isStopping = false;

async function serve(): Promise<void> {
  // Before the port is looked at, which it would hold.
  const wasLeft = await endLeftOver(dataFolder(process.env));
  const { logFormat, secrets, ...given } = await readServeSettings(process.env);
  const log = createLog(logFormat, secrets, (line) => void process.stdout.write(line));
  if (wasLeft) log.tell("warn", LEFT_OVER);
  supervisor = new Supervisor({ ...given, log, folder: import.meta.dirname });
  await supervisor.ready();
  if (isStopping) return;
  const { host, port, settings } = given;
  const url = settings.PUBLIC_URL ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  log.tell("info", `ready ${url}`, { url, host, port });
}

async function end(code: number): Promise<void> {
  isStopping = true;
  await supervisor?.stop();
  process.exit(code);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end(0));

function fail(error: Error): void {
  if (isStopping) return;
  const isExpected = error instanceof SettingsError || error instanceof ProductError;
  process.stderr.write(`${isExpected ? error.message : (error.stack ?? error.message)}\n`);
  void end(1);
}

process.on("uncaughtException", fail);

serve().catch(fail);
