import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Log } from "./log.ts";
import { portInUseProblem } from "./settings/port.ts";
import { Watchdog } from "./watchdog.ts";
import { WorkerLog } from "./worker-log.ts";
import { storageProblem, Workerd, type WorkerdOptions } from "./workerd.ts";

/** Delays before a restart; each workerd in a row that ends before it answers takes the next one. */
const RESTART_AFTER_MS = [0, 100, 200, 400, 800, 1600, 3200] as const;

/** Time for workerd to end on SIGTERM before SIGKILL. */
const GRACE_MS = 2000;

/** What to serve, and where. */
export type ProductOptions = Omit<WorkerdOptions, "env" | "onOutput"> & {
  /** The worker's settings. */
  readonly settings: Readonly<Record<string, string>>;
  readonly log: Log;
};

/** Why the product can't start, to be shown to the user without a stack. */
export class ProductError extends Error {
  override readonly name = "ProductError";
}

/** Runs the built product on workerd, and replaces a workerd that ends or stops answering. */
export class Supervisor {
  readonly #options: ProductOptions;
  readonly #key = randomBytes(32).toString("hex");
  #current: Workerd;
  #watchdog: Watchdog | undefined;
  #output: WorkerLog;
  /** Whether workerd has answered once. Its output is held back until then, because a failed start is reported as one error. */
  #wasUp = false;
  #isStopping = false;

  /** Starts workerd; `ready` settles when it answers. */
  constructor(options: ProductOptions) {
    this.#options = options;
    this.#output = new WorkerLog(options.log);
    this.#current = this.#spawn();
  }

  /**
   * Resolves when the product answers or was stopped; from then on workerd is restarted when it fails.
   * @throws ProductError when the first start fails
   */
  async ready(): Promise<void> {
    try {
      await this.#untilAnswering();
    } catch (error) {
      if (this.#isStopping) return;
      await this.stop();
      throw new ProductError(reason(this.#options, this.#current.output, error as Error));
    }
    this.#wasUp = true;
    this.#output.write(this.#current.output);
    void this.#keepUp();
  }

  /** Process id of the current workerd. */
  get pid(): number | undefined {
    return this.#current.pid;
  }

  /** Stops workerd, within 3 s. Can be called again. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#watchdog?.stop();
    await this.#current.stop(GRACE_MS);
  }

  #spawn(): Workerd {
    const { settings, log, ...where } = this.#options;
    const output = new WorkerLog(log);
    this.#output = output;
    return new Workerd({
      ...where,
      env: { ...settings, MINUTE_KEY: this.#key },
      onOutput: (text) => {
        if (this.#wasUp) output.write(text);
      },
    });
  }

  async #untilAnswering(): Promise<void> {
    const workerd = this.#current;
    const { host, port, log } = this.#options;
    const minutePort = (await workerd.ports).get("minute") ?? 0;
    const watchdog = new Watchdog({ host, port, minutePort, key: this.#key }, () => {
      log.write("error", "workerd stopped answering: killing it");
      workerd.signal("SIGKILL");
    });
    await watchdog.answers();
    if (this.#isStopping) return;
    watchdog.start();
    this.#watchdog = watchdog;
  }

  async #keepUp(): Promise<void> {
    const { log } = this.#options;
    for (let failures = 0; ; ) {
      const how = await this.#current.ended;
      this.#watchdog?.stop();
      if (this.#isStopping) return;
      log.write("error", `workerd ended (${how}): restarting it`, { how });
      await wait(RESTART_AFTER_MS[Math.min(failures, RESTART_AFTER_MS.length - 1)]);
      if (this.#isStopping) return;
      this.#current = this.#spawn();
      failures += 1;
      await this.#untilAnswering().then(
        () => {
          failures = 0;
          log.write("info", "the page is served again");
        },
        // Either workerd has ended, and the loop handles that, or it doesn't answer and is replaced.
        () => this.#current.signal("SIGKILL"),
      );
    }
  }
}

/** What workerd prints if it can't open its storage: SQLite's code, or the operating system's words. */
const STORAGE_FAILURE =
  /\bSQLITE_[A-Z]+|(?<=kj\/filesystem.*: )(?:Permission denied|No space left on device|Read-only file system)/;

/** Why workerd didn't start; names the setting to change when one is the cause. */
function reason({ host, port, data }: ProductOptions, output: string, error: Error): string {
  if (/Address already in use/i.test(output)) {
    return portInUseProblem("PORT", port);
  }
  if (/Cannot assign requested address|Permission denied.*bind|bind.*Permission denied/is.test(output)) {
    return `can't listen on ${host}:${port}: give another HOST or PORT`;
  }
  const [cause] = STORAGE_FAILURE.exec(output) ?? [];
  if (cause !== undefined) return storageProblem(data, cause);
  return `workerd doesn't start (${error.message}), with its data in ${data}:\n${output}`;
}
