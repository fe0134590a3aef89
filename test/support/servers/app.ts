import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildProduct, productFolder } from "../../../serve/build.ts";
import { leaksIn } from "../../../worker/leaks.ts";
import { ROOT } from "../tools/cache.ts";
import { type Exit, ManagedProcess } from "../tools/managed-process.ts";
import { freePort } from "../tools/ports.ts";

/** Time limit from the product's command to its page. */
const READY_DEADLINE_MS = 60_000;

/** The supervisor's log lines about a workerd that it replaces. */
const WORKERD_LOST = /workerd (?:ended|doesn't answer)/;

/** A running product. */
export interface App {
  readonly url: string;
  /** Process id of the supervisor. */
  readonly pid: number;
  output(): string;
  /** Why the product has ended or its workerd was replaced, with the log; null while neither happened. */
  trouble(): string | null;
  /** Stops the product. @throws Error when it had ended by itself, or its log contains a secret */
  stop(): Promise<void>;
}

/** Starts the built product as the container does, on a free port; `env` has its settings. */
export function startApp(
  env: Readonly<Record<string, string>>,
  folder: string = productFolder(ROOT),
): Promise<App> {
  return start(join(folder, "serve.js"), "127.0.0.1", env);
}

/** Starts the product as `npm start` does, with the simulator. */
export async function startDemo(env: Readonly<Record<string, string>> = {}): Promise<App> {
  // Not the default port: another server could take it while the simulator simulates an outage.
  return start(join(ROOT, "dev/start.ts"), "localhost", { SIMULATOR_PORT: String(await freePort()), ...env });
}

async function start(script: string, host: string, env: Readonly<Record<string, string>>): Promise<App> {
  await buildProduct(ROOT);
  const [port, data] = [await freePort(), await mkdtemp(join(tmpdir(), "mycelium-data-"))];
  const started = new ManagedProcess(process.execPath, [script], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), DATA: data, ...env },
  });
  const end = async (): Promise<void> => {
    await started.stop();
    await rm(data, { recursive: true, force: true });
  };
  let ended: Exit | undefined;
  started.exited.then((exit) => {
    ended = exit;
  });
  const trouble = (): string | null => {
    if (ended === undefined && !WORKERD_LOST.test(started.output)) return null;
    const how = ended === undefined ? "lost its workerd" : `ended by itself, ${JSON.stringify(ended)}`;
    return `the product ${how}:\n${started.output}`;
  };
  try {
    await started.printed(/ready https?:/, READY_DEADLINE_MS);
    return {
      url: `http://${host}:${port}`,
      pid: started.pid,
      output: () => started.output,
      trouble,
      async stop() {
        const found = trouble();
        await end();
        if (found !== null) throw new Error(found);
        const leaks = leaksIn(started.output);
        if (leaks.length > 0) throw new Error(`the product leaks ${leaks.join(", ")}:\n${started.output}`);
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
