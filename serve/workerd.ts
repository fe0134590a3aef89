import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ProcessGroup } from "./process-group.ts";
import { authority } from "./watch.ts";

/** How long it may take to say where it listens, milliseconds: the first start of a cold machine reads 150 MB. */
const LISTEN_LIMIT_MS = 30_000;

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
export class Workerd extends ProcessGroup {
  /**
   * The port of each socket, once it listens on all.
   * @throws Error when it ends first, or says nothing for too long
   */
  readonly ports: Promise<ReadonlyMap<string, number>>;

  constructor({ folder, host, port, data, env, onOutput }: WorkerdOptions) {
    const storage = join(data, "objects");
    mkdirSync(storage, { recursive: true });
    const args = [
      ...["serve", join(folder, "config.capnp"), "--control-fd=3"],
      `--socket-addr=http=${authority(host, port)}`,
      "--socket-addr=minute=127.0.0.1:0",
      `--directory-path=storage=${storage}`,
    ];
    super({ command: findWorkerd(folder), args, env, onOutput });
    this.ports = this.#listening();
    // Whoever doesn't ask for them still hears how it ended.
    this.ports.catch(() => {});
  }

  #listening(): Promise<ReadonlyMap<string, number>> {
    return new Promise((resolve, reject) => {
      const ports = new Map<string, number>();
      const timer = setTimeout(() => reject(new Error("it doesn't listen")), LISTEN_LIMIT_MS);
      void this.ended
        .then((how) => reject(new Error(`it ended (${how})`)))
        .finally(() => clearTimeout(timer));
      let text = "";
      this.control.setEncoding("utf8").on("data", (piece: string) => {
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
