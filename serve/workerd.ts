import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** How long it may take to say where it listens, milliseconds: the first start of a cold machine reads 150 MB. */
const LISTEN_LIMIT_MS = 30_000;

/** How much of its output is kept for the moment it fails to start, characters. */
const KEPT_OUTPUT = 8000;

/** What one workerd is started with. */
export interface WorkerdOptions {
  /** The built product. */
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** Where Durable Objects keep what they store. */
  readonly data: string;
  /** Its whole environment: the worker's settings, and what `minute` asks for. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes its output as it comes. */
  onOutput(text: string): void;
}

/** The binary: in the container beside the product, else the package's. */
function findWorkerd(folder: string): string {
  const beside = join(folder, "workerd");
  if (existsSync(beside)) return beside;
  return (createRequire(join(folder, "serve.js"))("workerd") as { default: string }).default;
}

/** One process of workerd, from its start to its end. */
export class Workerd {
  /** Settles when it has ended, with how. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #ports: Promise<ReadonlyMap<string, number>>;
  #output = "";

  constructor({ folder, host, port, data, env, onOutput }: WorkerdOptions) {
    const storage = join(data, "objects");
    mkdirSync(storage, { recursive: true });
    const args = [
      ...["serve", join(folder, "config.capnp"), "--control-fd=3"],
      `--socket-addr=http=${host.includes(":") ? `[${host}]` : host}:${port}`,
      "--socket-addr=minute=127.0.0.1:0",
      `--directory-path=storage=${storage}`,
    ];
    this.#child = spawn(findWorkerd(folder), args, {
      env,
      // A terminal's Ctrl-C is for the supervisor, which ends this in order.
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output = (this.#output + text).slice(-KEPT_OUTPUT);
        onOutput(text);
      });
    }
    this.ended = new Promise((resolve) => {
      this.#child.once("error", ({ message }) => resolve(message));
      this.#child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    this.#ports = this.#listening(this.#child.stdio[3] as Readable);
    // Whoever doesn't ask for them still hears how it ended.
    this.#ports.catch(() => {});
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last of what it wrote. */
  get output(): string {
    return this.#output;
  }

  /**
   * The port of each socket, once it listens on all.
   * @throws Error when it ends first, or says nothing for too long
   */
  get ports(): Promise<ReadonlyMap<string, number>> {
    return this.#ports;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Asks it to end, kills it if it hasn't after `graceMs`, and settles when it is gone. */
  async stop(graceMs: number): Promise<void> {
    this.signal("SIGTERM");
    const kill = setTimeout(() => this.signal("SIGKILL"), graceMs);
    await this.ended;
    clearTimeout(kill);
  }

  #listening(control: Readable): Promise<ReadonlyMap<string, number>> {
    return new Promise((resolve, reject) => {
      const ports = new Map<string, number>();
      const timer = setTimeout(() => reject(new Error("it doesn't listen")), LISTEN_LIMIT_MS);
      void this.ended
        .then((how) => reject(new Error(`it ended (${how})`)))
        .finally(() => clearTimeout(timer));
      let text = "";
      control.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
        const lines = text.split("\n");
        text = lines.pop() ?? "";
        for (const line of lines) {
          const { event, socket, port } = JSON.parse(line) as { event: string; socket: string; port: number };
          if (event === "listen") ports.set(socket, port);
        }
        if (ports.has("http") && ports.has("minute")) {
          clearTimeout(timer);
          resolve(ports);
        }
      });
    });
  }
}
