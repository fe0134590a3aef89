import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ProcessGroup } from "./process-group.ts";
import { SettingsError } from "./settings/gather.ts";
import { authority } from "./watchdog.ts";

/** Milliseconds until workerd must listen: the first start on a cold machine reads 150 MB. */
const LISTEN_LIMIT_MS = 30_000;

/**
 * The built product's file with the CAs that browsers trust. workerd brings none, and looks for the machine's only where
 * Debian has them: the container's image has no such file. It reads /etc/ssl/certs besides.
 */
export const CERTIFICATES = "certificates.pem";

/** Options of a `Workerd`. */
export interface WorkerdOptions {
  /** Folder of the built product. */
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** Folder for the storage of Durable Objects. */
  readonly data: string;
  /** The worker's settings, and the key for the `minute` socket. */
  readonly env: Readonly<Record<string, string>>;
  /** Receives stdout and stderr as they arrive. */
  onOutput(text: string): void;
}

/** The folder in which workerd stores Durable Objects. */
const storageFolder = (data: string): string => join(data, "objects");

/** What to do about storage that can't be opened. */
export function storageProblem(data: string, cause: string): string {
  return `the history in ${storageFolder(data)} can't be opened (${cause}): free disk space, give this user write access to everything in it, move it away if it is damaged, or give another DATA`;
}

/** Path of the workerd binary: beside the product in the container, otherwise in the npm package. */
function findWorkerd(folder: string): string {
  const beside = join(folder, "workerd");
  if (existsSync(beside)) return beside;
  return (createRequire(join(folder, "serve.js"))("workerd") as { default: string }).default;
}

/** One workerd process. */
export class Workerd extends ProcessGroup {
  /**
   * The port of each socket, once workerd listens on all of them.
   * @throws Error when workerd ends first or takes too long
   */
  readonly ports: Promise<ReadonlyMap<string, number>>;

  /** @throws SettingsError when the storage's folder can't be made, or the environment is too long in total */
  constructor({ folder, host, port, data, env, onOutput }: WorkerdOptions) {
    const storage = storageFolder(data);
    try {
      mkdirSync(storage, { recursive: true });
    } catch (error) {
      throw new SettingsError([storageProblem(data, (error as NodeJS.ErrnoException).code ?? "")]);
    }
    const args = [
      ...["serve", join(folder, "config.capnp"), "--control-fd=3"],
      `--socket-addr=http=${authority(host, port)}`,
      "--socket-addr=minute=127.0.0.1:0",
      `--directory-path=storage=${storage}`,
    ];
    // OpenSSL's variable, so that an organisation's own CA can be named.
    const SSL_CERT_FILE = process.env.SSL_CERT_FILE || join(folder, CERTIFICATES);
    super({ command: findWorkerd(folder), args, env: { SSL_CERT_FILE, ...env }, onOutput });
    this.ports = this.#listening();
    // Not every caller awaits `ports`: a rejection must not count as unhandled.
    this.ports.catch(() => {});
  }

  #listening(): Promise<ReadonlyMap<string, number>> {
    return new Promise((resolve, reject) => {
      const ports = new Map<string, number>();
      const timer = setTimeout(() => reject(new Error("it does not listen")), LISTEN_LIMIT_MS);
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
