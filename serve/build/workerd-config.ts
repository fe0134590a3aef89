import { PLAIN_SETTINGS, SECRET_SETTINGS } from "../../worker/config.ts";
import type { BuiltFile } from "./page-files.ts";
import type { DurableObject, WorkerDescription } from "./worker-description.ts";

/** What workerd takes from its environment: every setting of the worker, and what `serve` itself adds. */
const FROM_ENVIRONMENT = [...PLAIN_SETTINGS, ...SECRET_SETTINGS, "DEMO_CONTROL_URL", "MINUTE_KEY"];

/** Of what a request leaves behind V8 keeps half as much before it collects, MB: without it a busy workerd held twice the memory, and was no quicker. */
const V8_FLAGS = ["--max-semi-space-size=8"];

/**
 * workerd's configuration (workerd.capnp). Nothing in it depends on who runs it: addresses and folders come with
 * the command, settings with the environment, so that no secret is in a file and the folder can be read-only.
 */
export function workerdConfig(
  { compatibilityDate, compatibilityFlags, objects }: WorkerDescription,
  files: readonly BuiltFile[],
): string {
  const code = ["entry.js", "worker.js", "runtime.js"];
  const data = files.flatMap((file) => Object.values(file.bodies));
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),
    (name = "storage", disk = (writable = true)),
  ],
  sockets = [
    (name = "http", http = (), service = "main"),
    (name = "minute", http = (), service = (name = "main", entrypoint = "minute")),
  ],
  logging = (structuredLogging = true),
  v8Flags = [${V8_FLAGS.map(q).join(", ")}],
);
const main :Workerd.Worker = (
  modules = [
${code.map((name) => `    (name = ${q(name)}, esModule = embed ${q(name)}),`).join("\n")}
${data.map((name) => `    (name = ${q(name)}, data = embed ${q(name)}),`).join("\n")}
  ],
  compatibilityDate = ${q(compatibilityDate)},
  compatibilityFlags = [${compatibilityFlags.map(q).join(", ")}],
  bindings = [
${FROM_ENVIRONMENT.map((name) => `    (name = ${q(name)}, fromEnvironment = ${q(name)}),`).join("\n")}
${objects.map(binding).join("\n")}
  ],
  durableObjectNamespaces = [
${objects.map(namespace).join("\n")}
  ],
  durableObjectStorage = (localDisk = "storage"),
);
`;
}

function binding({ binding: name, className }: DurableObject): string {
  return `    (name = ${q(name)}, durableObjectNamespace = ${q(className)}),`;
}

/** The key names the folder of the class's objects: it must stay. */
function namespace({ className, hasSqlite }: DurableObject): string {
  return `    (className = ${q(className)}, uniqueKey = ${q(className)}, enableSql = ${hasSqlite}),`;
}

/** A text of Cap'n Proto's has the escapes of JSON's, as far as names need them. */
const q = (text: string): string => JSON.stringify(text);
