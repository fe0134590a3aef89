import { PLAIN_SETTINGS, SECRET_SETTINGS } from "../../worker/config.ts";
import type { BuiltFile } from "./page-files.ts";
import type { DurableObject, WorkerDescription } from "./worker-description.ts";

/** Bindings that workerd reads from its environment: all settings of the worker, and what `serve` adds. */
const FROM_ENVIRONMENT = [...PLAIN_SETTINGS, ...SECRET_SETTINGS, "DEMO_CONTROL_URL", "MINUTE_KEY"];

/** Halves V8's default semi-space to 8 MB: without this a busy workerd held twice the memory and was no faster. */
const V8_FLAGS = ["--max-semi-space-size=8"];

/**
 * workerd's configuration (workerd.capnp). Addresses and folders come from the command line and settings from the
 * environment, so no file holds a secret and the product's folder can be read-only.
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

/** `uniqueKey` names the folder of the class's objects, so changing it would lose their data. */
function namespace({ className, hasSqlite }: DurableObject): string {
  return `    (className = ${q(className)}, uniqueKey = ${q(className)}, enableSql = ${hasSqlite}),`;
}

/** Cap'n Proto text has the same escapes as JSON for the characters that names use. */
const q = (text: string): string => JSON.stringify(text);
