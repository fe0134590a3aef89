import { isExecutable, onPath, runCommand } from "./command.ts";
import type { Tool } from "./nats-server.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

let found: Promise<Tool> | undefined;

/**
 * Finds Chromium: the environment's `CHROMIUM`, else PATH's, else Debian's, installed now.
 * @throws Error that says what to install
 */
export function findChromium(): Promise<Tool> {
  found ??= search();
  return found;
}

async function search(): Promise<Tool> {
  const named = process.env.CHROMIUM;
  if (named !== undefined) {
    if (!isExecutable(named)) throw new Error(`CHROMIUM is ${named}, which can't be run`);
    return describe(named, "CHROMIUM");
  }
  const present = onPath(...NAMES);
  if (present !== null) return describe(present, "PATH");
  const failure = await aptInstall();
  const installed = onPath(...NAMES);
  if (installed !== null) return describe(installed, "apt-get install chromium");
  throw new Error(
    `no Chromium: install it (Debian: apt-get install chromium), or set CHROMIUM to its path. ${failure}`,
  );
}

async function describe(path: string, origin: string): Promise<Tool> {
  const { ok, output } = await runCommand(path, ["--version"]);
  const version = /\d+(?:\.\d+){2,}/.exec(output)?.[0];
  if (!ok || version === undefined) throw new Error(`${path} --version failed: ${output.trim()}`);
  return { path, version, origin };
}

async function aptInstall(): Promise<string> {
  const [command, ...prefix] = process.getuid?.() === 0 ? ["apt-get"] : ["sudo", "-n", "apt-get"];
  if (command === undefined || onPath("apt-get") === null)
    return "There is no apt-get here to install it with.";
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = [...prefix, "install", "-y", "--no-install-recommends", "chromium"];
  const options = { env, timeoutMs: 600_000 };
  const first = await runCommand(command, install, options);
  if (first.ok) return "";
  await runCommand(command, [...prefix, "update"], options);
  const second = await runCommand(command, install, options);
  return second.ok ? "" : second.output.trim();
}
