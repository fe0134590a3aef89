import { join } from "node:path";
import { leaksIn } from "../../worker/leaks.ts";
import { type Exit, ManagedProcess } from "./managed-process.ts";
import { freePort } from "./ports.ts";
import { ROOT } from "./tools/cache.ts";

/** How long the product may take from its command to its page. */
const READY_DEADLINE_MS = 60_000;

/** The product, running as `npm start` runs it. */
export interface App {
  readonly url: string;
  output(): string;
  stop(): Promise<void>;
}

/** Starts the product on a free port; `env` points it at a server. */
export async function startApp(env: Readonly<Record<string, string>> = {}): Promise<App> {
  const port = await freePort();
  const started = new ManagedProcess(process.execPath, [join(ROOT, "dev/start.ts")], {
    cwd: ROOT,
    // The usual port is whoever's: a server that starts on it while the simulator plays dead would keep it.
    env: { ...process.env, PORT: String(port), SIMULATOR_PORT: String(await freePort()), ...env },
  });
  try {
    const [, url = ""] = await started.printed(/ready (http:\/\/\S+)/, READY_DEADLINE_MS);
    let ended: Exit | undefined;
    started.exited.then((exit) => {
      ended = exit;
    });
    const stop = async (): Promise<void> => {
      if (ended !== undefined) {
        throw new Error(`npm start ended by itself, ${JSON.stringify(ended)}:\n${started.output}`);
      }
      await started.stop();
      const leaks = leaksIn(started.output);
      if (leaks.length > 0) throw new Error(`npm start leaks ${leaks.join(", ")}:\n${started.output}`);
    };
    return { url, output: () => started.output, stop };
  } catch (error) {
    await started.stop();
    throw error;
  }
}
