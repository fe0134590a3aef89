import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { findChromium, findFirefox, findHeadlessChromium } from "./browsers.ts";
import type { Tool } from "./found.ts";
import { findNatsServer, type NatsRelease } from "./nats-server.ts";

/** Names and versions of all tools that the tests use, one per line; missing ones are installed. */
export async function toolVersions(releases: readonly NatsRelease[]): Promise<string[]> {
  const servers = releases.map((release): Finder => ["nats-server", () => findNatsServer(release)]);
  return [
    `node ${process.versions.node} (${process.execPath})`,
    `workerd ${await packageVersion("workerd")} (node_modules)`,
    ...(await linesOf([...servers, ...BROWSERS])),
  ];
}

/** A tool's label and the function that finds it. */
type Finder = readonly [label: string, find: () => Promise<Tool>];

const BROWSERS: readonly Finder[] = [
  ["Chromium", findChromium],
  ["Chromium for pages", findHeadlessChromium],
  ["Firefox", findFirefox],
];

/** Names and versions of the browsers, one per line; missing ones are installed. */
export function browserLines(): Promise<string[]> {
  return linesOf(BROWSERS);
}

/** @throws Error that says what to install for every missing tool, so that one run names them all */
async function linesOf(finders: readonly Finder[]): Promise<string[]> {
  const lines: string[] = [];
  const missing = new Set<string>();
  // In sequence: apt-get installs one package at a time.
  for (const [label, find] of finders) {
    await find().then(
      ({ path, version, origin }) => lines.push(`${label} ${version} (${path}, from ${origin})`),
      (error: Error) => missing.add(error.message),
    );
  }
  if (missing.size > 0) throw new Error([...missing].join("\n"));
  return lines;
}

/** Cores, processor model and memory, for benchmark results. */
export function machineSize(): string {
  return `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
}

async function packageVersion(name: string): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return (JSON.parse(await readFile(manifest, "utf8")) as { version: string }).version;
}
