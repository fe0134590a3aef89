import { devNull } from "node:os";
import { join } from "node:path";
import { wranglerEnv } from "../serve/build/worker.ts";
import { LivenessPoll } from "../serve/liveness-poll.ts";
import type { Log } from "../serve/log.ts";
import { ProcessGroup } from "../serve/process-group.ts";
import { ask } from "../serve/watchdog.ts";
import type { Settings } from "../worker/config.ts";

const POLL_EVERY_MS = 1000;
const ANSWER_LIMIT_MS = 5000;
/** Failed checks in a row after which the worker is considered hung: a reload misses one or two. */
const MAX_MISSED = 5;
/** Time for the first answer, in which failed checks don't count. */
const FIRST_ANSWER_LIMIT_MS = 60_000;
const RESTART_AFTER_MS = 500;
/** Time for wrangler to end on SIGTERM before SIGKILL. */
const GRACE_MS = 4000;
/** wrangler's log line for each of our own checks, which would come every second. */
const OWN_POLL = /^.*HEAD \/livez 200.*\n?/gm;

/** Environment variables that wrangler needs. The worker sees them too, beside its settings. */
const KEPT = ["HOME", "XDG_CONFIG_HOME", "TMPDIR", "NODE_EXTRA_CA_CERTS"];

/** Options of a `DevWorker`. */
export interface DevWorkerOptions {
  readonly root: string;
  readonly port: number;
  readonly settings: Settings;
  readonly log: Log;
}

/** Runs the worker's sources under `wrangler dev`, which reloads on each change, and restarts it when it ends or hangs. */
export class DevWorker {
  readonly #options: DevWorkerOptions;
  #current: ProcessGroup;
  #isStopping = false;

  constructor(options: DevWorkerOptions) {
    this.#options = options;
    this.#current = this.#spawn();
    void this.#keepUp();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#current.stop(GRACE_MS);
  }

  async #keepUp(): Promise<void> {
    while (!this.#isStopping) {
      const worker = this.#current;
      let isSilent = false;
      // wrangler survives a crash of its runtime without reporting it, so the worker is polled.
      const poll = new LivenessPoll(this.#check(), POLL_EVERY_MS, MAX_MISSED, () => {
        isSilent = true;
        void worker.stop(GRACE_MS);
      });
      poll.start();
      const end = await worker.ended;
      poll.stop();
      if (this.#isStopping) return;
      const how = isSilent ? "stopped answering" : `ended (${end})`;
      this.#options.log.write("error", `wrangler dev ${how}: restarting it; the lines above may say why`);
      await worker.stop(GRACE_MS);
      await new Promise((resolve) => setTimeout(resolve, RESTART_AFTER_MS));
      if (!this.#isStopping) this.#current = this.#spawn();
    }
  }

  /** A check for one wrangler process. Failures count after its first answer or a minute: the first bundling may be slow. */
  #check(): () => Promise<void> {
    const livez = { host: "127.0.0.1", port: this.#options.port, path: "/livez", method: "HEAD" };
    const startedAtMs = performance.now();
    let isStarting = true;
    return async () => {
      try {
        await ask(livez, ANSWER_LIMIT_MS);
        isStarting = false;
      } catch (error) {
        if (!isStarting || performance.now() - startedAtMs > FIRST_ANSWER_LIMIT_MS) throw error;
      }
    };
  }

  #spawn(): ProcessGroup {
    const { root, port, settings, log } = this.#options;
    const args = [
      join(root, "node_modules/wrangler/bin/wrangler.js"),
      "dev",
      ...["--config", join(root, "wrangler.toml")],
      ...["--ip", "127.0.0.1"],
      ...["--port", String(port)],
      ...["--inspector-port", "0"],
      // Two instances must not share a database.
      ...["--persist-to", join(root, ".wrangler", `dev-${port}`)],
      "--show-interactive-dev-session=false",
      // Given a file, wrangler doesn't read `.dev.vars` itself.
      ...["--env-file", devNull],
    ];
    return new ProcessGroup({
      command: process.execPath,
      args,
      // The build command in wrangler.toml is relative to the root.
      cwd: root,
      // Settings go through the environment: a file would need quoting, and other users can read arguments.
      env: wranglerEnv({
        ...Object.fromEntries(KEPT.map((name) => [name, process.env[name]])),
        ...settings,
        CLOUDFLARE_INCLUDE_PROCESS_ENV: "true",
      }),
      onOutput: (text) => {
        const output = text.replace(OWN_POLL, "").trimEnd();
        if (output !== "") log.write("info", output);
      },
    });
  }
}
