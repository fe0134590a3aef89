import { type Exit, ManagedProcess } from "../tools/managed-process.ts";
import { until } from "../tools/until.ts";
import { type Connz, monitorOf, type Varz } from "./monitor.ts";

/** Time limit for a server's start. */
const READY_DEADLINE_MS = 60_000;

/** A broker's ports, kept over a restart. */
export interface BrokerPorts {
  readonly tcp: number;
  readonly webSocket: number;
  readonly monitor: number;
}

/** How to start a broker process. */
export interface BrokerRecipe {
  readonly version: string;
  readonly ports: BrokerPorts;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Replaces the test's part of the configuration; absent for a server without a configuration file. */
  rewrite?(config: string): Promise<void>;
  /** Removes the recipe's files. */
  cleanUp(): Promise<void>;
}

/** A NATS server process, real or simulated, that can be killed, frozen and restarted. */
export class Broker {
  readonly version: string;
  readonly webSocketUrl: string;
  readonly tcpUrl: string;
  readonly monitorUrl: string;
  readonly #recipe: BrokerRecipe;
  #process: ManagedProcess;
  #earlierOutput = "";

  private constructor(recipe: BrokerRecipe, process: ManagedProcess) {
    this.#recipe = recipe;
    this.#process = process;
    this.version = recipe.version;
    const { tcp, webSocket, monitor } = recipe.ports;
    this.tcpUrl = `nats://127.0.0.1:${tcp}`;
    this.webSocketUrl = `ws://127.0.0.1:${webSocket}`;
    this.monitorUrl = `http://127.0.0.1:${monitor}`;
  }

  /** Starts the server and waits until it is ready; a failed start leaves nothing behind. */
  static async start(recipe: BrokerRecipe): Promise<Broker> {
    try {
      return new Broker(recipe, await launch(recipe));
    } catch (error) {
      await recipe.cleanUp();
      throw error;
    }
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Output since the first start, including restarts. */
  log(): string {
    return this.#earlierOutput + this.#process.output;
  }

  /** Lines with warnings and errors since the broker was last ready. */
  complaints(): string[] {
    const sinceReady = this.#process.output.split("Server is ready").at(-1) ?? "";
    return sinceReady.split("\n").filter((line) => /\[(WRN|ERR|FTL)\]/.test(line));
  }

  /** The connections with their subscriptions' subjects. */
  connz(): Promise<Connz> {
    return monitorOf(this.monitorUrl).connz();
  }

  varz(): Promise<Varz> {
    return monitorOf(this.monitorUrl).varz();
  }

  /** SIGKILL. */
  async kill(): Promise<Exit> {
    this.#process.signal("SIGKILL");
    return this.#process.exited;
  }

  /** SIGSTOP: once this settles, connections stay open and silent. */
  freeze(): Promise<void> {
    return this.#process.freeze();
  }

  /** Resumes a frozen broker with SIGCONT. */
  thaw(): void {
    this.#process.signal("SIGCONT");
  }

  /** Sends SIGUSR2: the server tells its clients to reconnect elsewhere, then ends. */
  lameDuck(): void {
    this.#process.signal("SIGUSR2");
  }

  /**
   * SIGHUP: reloads the configuration; settles once that is done, and rejects when the server refuses it.
   * @param config replaces the test's part of the configuration
   */
  async reload(config: string): Promise<void> {
    const { rewrite } = this.#recipe;
    if (rewrite === undefined) throw new Error(`broker ${this.version} has no configuration file to rewrite`);
    await rewrite(config);
    const outcomes = (): readonly string[] =>
      this.#process.output.match(/(?:Reloaded|Failed to reload) server configuration.*/g) ?? [];
    const before = outcomes().length;
    this.#process.signal("SIGHUP");
    await until("the configuration is reloaded", () => outcomes().length > before);
    const outcome = outcomes()[before];
    if (outcome?.startsWith("Failed")) throw new Error(outcome);
  }

  /** Starts the server again on the same ports, after a kill or stop. */
  async restart(): Promise<void> {
    await this.#process.stop();
    this.#earlierOutput += this.#process.output;
    this.#process = await launch(this.#recipe);
  }

  /** Stops the server in order and keeps its ports for `restart()`. */
  async shutDown(): Promise<Exit> {
    return this.#process.stop();
  }

  /** Ends the server for good and cleans up after it. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    await this.#process.stop(signal);
    await this.#recipe.cleanUp();
  }
}

async function launch({ command, args, env }: BrokerRecipe): Promise<ManagedProcess> {
  const started = new ManagedProcess(command, args, env === undefined ? {} : { env });
  try {
    await started.printed(/Server is ready/, READY_DEADLINE_MS);
  } catch (error) {
    await started.stop("SIGKILL");
    throw error;
  }
  return started;
}
