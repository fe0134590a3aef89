import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPage } from "../../../dev/page.ts";
import { ManagedProcess } from "../../support/managed-process.ts";
import { ROOT } from "../../support/tools/cache.ts";
import { runCommand } from "../../support/tools/command.ts";

const READY_LIMIT_MS = 30_000;

/**
 * Writes what `wrangler deploy` would send, and esbuild's account of it as `meta.json`, into `folder`.
 * @throws Error with wrangler's output when it can't be built
 */
export async function bundleWorker(folder: string): Promise<void> {
  await buildPage(ROOT);
  const wrangler = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
  const { ok, output } = await runCommand(
    process.execPath,
    [wrangler, "deploy", "--dry-run", "--outdir", folder, "--metafile", join(folder, "meta.json")],
    { cwd: ROOT, env: { ...process.env, WRANGLER_SEND_METRICS: "false" } },
  );
  if (!ok) throw new Error(output);
}

/** workerd's configuration (workerd.capnp): wrangler.toml's bindings, but for those that `/readyz` has no use for. */
const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["public", "private"])),
    (name = "storage", disk = (path = "storage", writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "index.js", esModule = embed "index.js")],
  compatibilityDate = "2026-08-04",
  bindings = [
    (name = "NATS_URL", fromEnvironment = "NATS_URL"),
    (name = "OBSERVATORY", durableObjectNamespace = "Observatory"),
  ],
  durableObjectNamespaces = [(className = "Observatory", uniqueKey = "observatory", enableSql = true)],
  durableObjectStorage = (localDisk = "storage"),
);
`;

/** The built worker, served by workerd alone. */
export interface BuiltWorker {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the built worker in workerd, without the proxy and the wrappers that `wrangler dev` puts before it. */
export async function startBuiltWorker(natsUrl: string): Promise<BuiltWorker> {
  const folder = await mkdtemp(join(tmpdir(), "mycelium-built-"));
  await bundleWorker(folder);
  await mkdir(join(folder, "storage"));
  await writeFile(join(folder, "config.capnp"), CONFIG);
  const workerd = new ManagedProcess(
    join(ROOT, "node_modules/workerd/bin/workerd"),
    ["serve", "config.capnp", "--control-fd=1"],
    { cwd: folder, env: { NATS_URL: natsUrl } },
  );
  const stop = async (): Promise<void> => {
    await workerd.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [, port = ""] = await workerd.printed(/"event":"listen".*"port":(\d+)/, READY_LIMIT_MS);
    return { url: `http://127.0.0.1:${port}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
