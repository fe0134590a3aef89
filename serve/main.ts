/** `npm run serve` and the container's entry point: runs the built product until a signal ends it. */
import { runUntilStopped } from "./command.ts";
import { createLog } from "./log.ts";
import { readServeSettings } from "./settings.ts";
import { Supervisor } from "./supervisor.ts";
import { authority } from "./watchdog.ts";

runUntilStopped(async (running) => {
  const { logFormat, secrets, ...given } = await readServeSettings(process.env);
  const log = createLog(logFormat, secrets);
  const supervisor = new Supervisor({ ...given, log, folder: import.meta.dirname });
  await running.add(() => supervisor.stop());
  await supervisor.ready();
  if (running.isStopping) return;
  const { host, port, settings } = given;
  const url = settings.PUBLIC_URL ?? `http://${authority(host, port)}`;
  log.write("info", `ready ${url}`, { url, host, port });
});
