import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { findChromium, findFirefox, findHeadlessChromium } from "./browsers.ts";
import type { Tool } from "./found.ts";
import { findNatsServer, type NatsRelease } from "./nats-server.ts";

/** What a run ran on, as one line each. */
export async function toolVersions(releases: readonly NatsRelease[]): Promise<string[]> {
  const servers = releases.map((release): Look => ["nats-server", () => findNatsServer(release)]);
  return [
    `node ${process.versions.node} (${process.execPath})`,
    `workerd ${await packageVersion("workerd")} (node_modules)`,
    ...(await linesOf([...servers, ...BROWSERS])),
  ];
}

/** A tool's name in its line, and how it is found. */
type Look = readonly [name: string, find: () => Promise<Tool>];

const BROWSERS: readonly Look[] = [
  ["Chromium", findChromium],
  ["Chromium for pages", findHeadlessChromium],
  ["Firefox", findFirefox],
];

/** The browsers of the tests, as one line each; those that are missing are installed. */
export function browserLines(): Promise<string[]> {
  return linesOf(BROWSERS);
}

/** @throws Error that says of every tool which is missing what to install: all of it can be had at once */
async function linesOf(looks: readonly Look[]): Promise<string[]> {
  const lines: string[] = [];
  const missing = new Set<string>();
  // One after the other: apt-get installs one thing at a time.
  for (const [name, find] of looks) {
    await find().then(
      ({ path, version, origin }) => lines.push(`${name} ${version} (${path}, from ${origin})`),
      (error: Error) => missing.add(error.message),
    );
  }
  if (missing.size > 0) throw new Error([...missing].join("\n"));
  return lines;
}

/** The machine's size, as benchmarks name it. */
export function machineSize(): string {
  return `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
}

async function packageVersion(name: string): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return (JSON.parse(await readFile(manifest, "utf8")) as { version: string }).version;
}
