import { devNull } from "node:os";
import { join } from "node:path";
import { wranglerEnv } from "../serve/build/worker.ts";
import type { Log } from "../serve/log.ts";
import { Looks } from "../serve/looks.ts";
import { ProcessGroup } from "../serve/process-group.ts";
import { ask } from "../serve/watch.ts";
import type { Settings } from "../worker/config.ts";

const LOOK_EVERY_MS = 1000;
const LOOK_LIMIT_MS = 5000;
/** So many unanswered looks in a row: a reload leaves one or two. */
const SILENT_LOOKS = 5;
/** From when on a worker that never answered counts as silent too. */
const FIRST_ANSWER_LIMIT_MS = 60_000;
const RESTART_AFTER_MS = 500;
/** How long wrangler may take to end by itself. */
const GRACE_MS = 4000;
/** What wrangler says of each of our own looks; nobody who changes the worker wants to read it each second. */
const OWN_LOOK = /^.*HEAD \/livez 200.*\n?/gm;

/** What wrangler needs of the environment here. The worker sees these too, beside its settings. */
const KEPT = ["HOME", "XDG_CONFIG_HOME", "TMPDIR", "NODE_EXTRA_CA_CERTS"];

/** What the worker under `wrangler dev` is started with. */
export interface DevWorkerOptions {
  readonly root: string;
  readonly port: number;
  readonly settings: Settings;
  readonly log: Log;
}

/** The worker from its sources under `wrangler dev`, which takes up each change; when it dies, it is started again. */
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
      // wrangler outlives a runtime that crashed, and doesn't say so.
      const looks = new Looks(this.#look(), LOOK_EVERY_MS, SILENT_LOOKS, () => {
        isSilent = true;
        void worker.stop(GRACE_MS);
      });
      looks.start();
      const end = await worker.ended;
      looks.stop();
      if (this.#isStopping) return;
      const how = isSilent ? "doesn't answer any more" : `ended (${end})`;
      this.#options.log.tell("error", `wrangler dev ${how}: it is started again; why, stands above`);
      await worker.stop(GRACE_MS);
      await new Promise((resolve) => setTimeout(resolve, RESTART_AFTER_MS));
      if (!this.#isStopping) this.#current = this.#spawn();
    }
  }

  /** Whether a worker answers; the first start bundles it and may take long, until when no answer is none missing. */
  #look(): () => Promise<void> {
    const question = { host: "127.0.0.1", port: this.#options.port, path: "/livez", method: "HEAD" };
    const startedAtMs = performance.now();
    let isStarting = true;
    return async () => {
      try {
        await ask(question, LOOK_LIMIT_MS);
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
      // Two at the same time must not share one database.
      ...["--persist-to", join(root, ".wrangler", `dev-${port}`)],
      "--show-interactive-dev-session=false",
      // Once given a file, it looks for none of its own, such as `.dev.vars`.
      ...["--env-file", devNull],
    ];
    return new ProcessGroup({
      command: process.execPath,
      args,
      // What wrangler.toml has it run for the page is named from there.
      cwd: root,
      // As they are: a file has quotes and escapes, and a process's arguments can be read by everybody.
      env: wranglerEnv({
        ...Object.fromEntries(KEPT.map((name) => [name, process.env[name]])),
        ...settings,
        CLOUDFLARE_INCLUDE_PROCESS_ENV: "true",
      }),
      onOutput: (text) => {
        const news = text.replace(OWN_LOOK, "").trimEnd();
        if (news !== "") log.tell("info", news);
      },
    });
  }
}
