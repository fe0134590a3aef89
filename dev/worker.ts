import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Log } from "../serve/log.ts";
import { ProcessGroup } from "../serve/process-group.ts";
import { PLAIN_SETTINGS, type Settings } from "../worker/config.ts";

const LOOK_EVERY_MS = 1000;
const LOOK_LIMIT_MS = 5000;
/** So many unanswered looks in a row: a reload leaves one or two. */
const SILENT_LOOKS = 5;
/** The first start bundles the worker and may take long; a look that fails before the first that succeeds is none. */
const FIRST_ANSWER_LIMIT_MS = 60_000;
const RESTART_AFTER_MS = 500;
/** How long wrangler may take to end by itself. */
const GRACE_MS = 4000;
/** What wrangler says of each of our own looks; nobody who changes the worker wants to read it each second. */
const OWN_LOOK = /^.*HEAD \/livez 200.*\n?/gm;

/** Keeps wrangler and miniflare from looking anything up on the network. */
const OFFLINE = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_WRITE_LOGS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
} as const;

/** What the worker under `wrangler dev` is started with. */
export interface DevWorkerOptions {
  readonly root: string;
  readonly port: number;
  readonly settings: Settings;
  /** Read besides the plain settings: arguments of a process can be read by everybody. */
  readonly secretFiles: readonly string[];
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
    const { log, port } = this.#options;
    while (!this.#isStopping) {
      const worker = this.#current;
      const how = await Promise.race([
        worker.ended.then((end) => `ended (${end})`),
        untilSilent(port).then(() => "doesn't answer any more"),
      ]);
      if (this.#isStopping) return;
      log.tell("error", `wrangler dev ${how}: it is started again; why, stands above`);
      await worker.stop(GRACE_MS);
      await wait(RESTART_AFTER_MS);
      if (!this.#isStopping) this.#current = this.#spawn();
    }
  }

  #spawn(): ProcessGroup {
    const { root, port, settings, secretFiles, log } = this.#options;
    const plain = [...PLAIN_SETTINGS, "DEMO_CONTROL_URL"] as const;
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
      ...plain.flatMap((name) =>
        settings[name] === undefined ? [] : ["--var", `${name}:${settings[name]}`],
      ),
      ...secretFiles.flatMap((file) => ["--env-file", file]),
    ];
    return new ProcessGroup({
      command: process.execPath,
      args,
      // What wrangler.toml has it run for the page is named from there.
      cwd: root,
      env: { ...process.env, ...OFFLINE },
      onOutput: (text) => {
        const news = text.replace(OWN_LOOK, "").trimEnd();
        if (news !== "") log.tell("info", news);
      },
    });
  }
}

/** Settles when the worker answers nothing any more: wrangler outlives a runtime that crashed, and doesn't say so. */
async function untilSilent(port: number): Promise<void> {
  const startedAtMs = performance.now();
  let hasAnswered = false;
  for (let silent = 0; silent < SILENT_LOOKS; ) {
    await wait(LOOK_EVERY_MS, undefined, { ref: false });
    if (await answers(`http://127.0.0.1:${port}/livez`)) {
      hasAnswered = true;
      silent = 0;
    } else if (hasAnswered || performance.now() - startedAtMs > FIRST_ANSWER_LIMIT_MS) silent += 1;
  }
}

async function answers(url: string): Promise<boolean> {
  const answer = fetch(url, { method: "HEAD", signal: AbortSignal.timeout(LOOK_LIMIT_MS) });
  return answer.then(
    () => true,
    () => false,
  );
}
