import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Log } from "./log.ts";
import { takenProblem } from "./settings/port.ts";
import { Watch } from "./watch.ts";
import { WorkerLog } from "./worker-log.ts";
import { Workerd, type WorkerdOptions } from "./workerd.ts";

/** Between the end of one workerd and the start of the next: the more in a row end before they listen, the longer. */
const RESTART_AFTER_MS = [0, 100, 200, 400, 800, 1600, 3200] as const;

/** How long it may take to end in order. */
const GRACE_MS = 2000;

/** What is served, and where. */
export type ProductOptions = Omit<WorkerdOptions, "env" | "onOutput"> & {
  /** The worker's settings. */
  readonly settings: Readonly<Record<string, string>>;
  readonly log: Log;
};

/** What can't be started, as one line for whoever typed the command. */
export class ProductError extends Error {
  override readonly name = "ProductError";
}

/** The built product on workerd; a workerd that ends, or that is silent, is replaced by another. */
export class Supervisor {
  readonly #options: ProductOptions;
  readonly #key = randomBytes(32).toString("hex");
  #current: Workerd;
  #watch: Watch | undefined;
  #output: WorkerLog;
  /** Until it first answers what it writes is kept: where it never does, that is told by its reason alone. */
  #wasUp = false;
  #isStopping = false;

  /** Starts it; `ready` tells when it answers. */
  constructor(options: ProductOptions) {
    this.#options = options;
    this.#output = new WorkerLog(options.log);
    this.#current = this.#spawn();
  }

  /**
   * Settles when the product answers, or was stopped before it could; from then on it is kept up.
   * @throws ProductError when it doesn't come up at all
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
    this.#output.take(this.#current.output);
    void this.#keepUp();
  }

  /** The workerd that runs. */
  get pid(): number | undefined {
    return this.#current.pid;
  }

  /** Ends it in order, within 3 s. Can be called again. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#watch?.stop();
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
        if (this.#wasUp) output.take(text);
      },
    });
  }

  async #untilAnswering(): Promise<void> {
    const workerd = this.#current;
    const { host, port, log } = this.#options;
    const minutePort = (await workerd.ports).get("minute") ?? 0;
    const watch = new Watch({ host, port, minutePort, key: this.#key }, () => {
      log.tell("error", "workerd doesn't answer any more: it is killed");
      workerd.signal("SIGKILL");
    });
    await watch.answers();
    if (this.#isStopping) return;
    watch.start();
    this.#watch = watch;
  }

  async #keepUp(): Promise<void> {
    const { log } = this.#options;
    for (let failures = 0; ; ) {
      const how = await this.#current.ended;
      this.#watch?.stop();
      if (this.#isStopping) return;
      log.tell("error", `workerd ended (${how}): it is started again`, { how });
      await wait(RESTART_AFTER_MS[Math.min(failures, RESTART_AFTER_MS.length - 1)]);
      if (this.#isStopping) return;
      this.#current = this.#spawn();
      failures += 1;
      await this.#untilAnswering().then(
        () => {
          failures = 0;
          log.tell("info", "the page is served again");
        },
        // It has ended, and the loop says so; or it is silent, and then it is no use.
        () => this.#current.signal("SIGKILL"),
      );
    }
  }
}

/** Why it didn't come up, in words that name the setting to change where it is one. */
function reason({ host, port, data }: ProductOptions, output: string, error: Error): string {
  if (/Address already in use/i.test(output)) {
    return takenProblem("PORT", port);
  }
  if (/Cannot assign requested address|Permission denied.*bind|bind.*Permission denied/is.test(output)) {
    return `${host}:${port} can't be listened on: give another HOST or PORT`;
  }
  return `workerd doesn't start (${error.message}), with its data in ${data}:\n${output}`;
}
