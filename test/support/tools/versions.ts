import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { findChromium, findFirefox, findHeadlessChromium } from "./browsers.ts";
import type { Tool } from "./found.ts";
import { findNatsServer, type NatsRelease } from "./nats-server.ts";

/** What a run ran on, as one line each. */
export async function toolVersions(releases: readonly NatsRelease[]): Promise<string[]> {
  const servers = await Promise.all(releases.map(findNatsServer));
  return [
    `node ${process.versions.node} (${process.execPath})`,
    `workerd ${await packageVersion("workerd")} (node_modules)`,
    ...servers.map((server) => line("nats-server", server)),
    ...(await browserLines()),
  ];
}

/** The browsers of the tests, as one line each; those that are missing are installed. */
export async function browserLines(): Promise<string[]> {
  // One after the other: apt-get installs one thing at a time.
  return [
    line("Chromium", await findChromium()),
    line("Chromium for pages", await findHeadlessChromium()),
    line("Firefox", await findFirefox()),
  ];
}

/** The machine's size, as benchmarks name it. */
export function machineSize(): string {
  return `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
}

function line(name: string, { path, version, origin }: Tool): string {
  return `${name} ${version} (${path}, from ${origin})`;
}

async function packageVersion(name: string): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return (JSON.parse(await readFile(manifest, "utf8")) as { version: string }).version;
}
