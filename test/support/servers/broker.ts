import { type Exit, ManagedProcess } from "../tools/managed-process.ts";
import { until } from "../tools/until.ts";
import { type Connz, monitorOf, type Varz } from "./monitor.ts";

/** How long a server may take to be ready. */
const READY_DEADLINE_MS = 60_000;

/** Where a broker listens; kept over a restart. */
export interface BrokerPorts {
  readonly tcp: number;
  readonly webSocket: number;
  readonly monitor: number;
}

/** What starts one broker process. */
export interface BrokerRecipe {
  readonly version: string;
  readonly ports: BrokerPorts;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Replaces what the test had added to the configuration; there where a server has a file to read again. */
  rewrite?(config: string): Promise<void>;
  /** Removes what the recipe made. */
  cleanUp(): Promise<void>;
}

/** A NATS server in a process of its own, real or simulated: it can be killed, frozen and brought back. */
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

  /** Starts it and waits until it says that it is ready; where it doesn't, nothing is left. */
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

  /** What it has written since its first start, restarts included. */
  log(): string {
    return this.#earlierOutput + this.#process.output;
  }

  /** The warnings, errors and fatal lines it has written since it was last ready. */
  complaints(): string[] {
    const sinceReady = this.#process.output.split("Server is ready").at(-1) ?? "";
    return sinceReady.split("\n").filter((line) => /\[(WRN|ERR|FTL)\]/.test(line));
  }

  /** Who is connected, with their subscriptions' subjects. */
  connz(): Promise<Connz> {
    return monitorOf(this.monitorUrl).connz();
  }

  varz(): Promise<Varz> {
    return monitorOf(this.monitorUrl).varz();
  }

  /** SIGKILL: no goodbye to anyone. */
  async kill(): Promise<Exit> {
    this.#process.signal("SIGKILL");
    return this.#process.exited;
  }

  /** SIGSTOP: from when this settles, connections stay open and silent. */
  freeze(): Promise<void> {
    return this.#process.freeze();
  }

  /** SIGCONT. */
  thaw(): void {
    this.#process.signal("SIGCONT");
  }

  /** SIGUSR2: asks its clients to move on, then ends. */
  lameDuck(): void {
    this.#process.signal("SIGUSR2");
  }

  /**
   * SIGHUP: makes it read its configuration again; settles once it has, and rejects where it refused it.
   * @param config takes the place of what the test had added
   */
  async reload(config: string): Promise<void> {
    const { rewrite } = this.#recipe;
    if (rewrite === undefined) throw new Error(`${this.version} has no configuration to rewrite`);
    await rewrite(config);
    const outcomes = (): readonly string[] =>
      this.#process.output.match(/(?:Reloaded|Failed to reload) server configuration.*/g) ?? [];
    const before = outcomes().length;
    this.#process.signal("SIGHUP");
    await until("it has read its configuration", () => outcomes().length > before);
    const outcome = outcomes()[before];
    if (outcome?.startsWith("Failed")) throw new Error(outcome);
  }

  /** Starts it again on the same ports, after it was killed or stopped. */
  async restart(): Promise<void> {
    await this.#process.stop();
    this.#earlierOutput += this.#process.output;
    this.#process = await launch(this.#recipe);
  }

  /** Ends it in order and keeps its ports, so that `restart()` can follow. */
  async shutDown(): Promise<Exit> {
    return this.#process.stop();
  }

  /** Ends it for good; SIGKILL where nobody looks at how it ends, which takes no time. */
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
