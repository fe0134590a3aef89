import { isExecutable, onPath, runCommand } from "./command.ts";
import { findOnce, type Tool } from "./found.ts";

/** A browser that is taken from Debian where there is none. */
interface Wanted {
  readonly name: string;
  /** What it may be called. */
  readonly commands: readonly string[];
  readonly package: string;
  /** Names a file to take instead. */
  readonly variable: string;
}

const CHROMIUM: Wanted = {
  name: "Chromium",
  commands: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  package: "chromium",
  variable: "CHROMIUM",
};
/** The same engine without windows: it takes half of the processor's time. */
const HEADLESS: Wanted = {
  name: "Chromium's headless shell",
  commands: ["chromium-headless-shell", "chrome-headless-shell"],
  package: "chromium-headless-shell",
  variable: "CHROMIUM_FOR_PAGES",
};
const FIREFOX: Wanted = {
  name: "Firefox",
  commands: ["firefox-esr", "firefox"],
  package: "firefox-esr",
  variable: "FIREFOX",
};

/**
 * Finds Chromium: the environment's `CHROMIUM`, else PATH's, else Debian's, installed now.
 * @throws Error that says what to install
 */
export function findChromium(): Promise<Tool> {
  return find(CHROMIUM);
}

/**
 * Finds what shows pages where nobody sees a window: the environment's `CHROMIUM_FOR_PAGES` or `CHROMIUM`, else PATH's
 * or Debian's headless shell, else Chromium itself.
 * @throws Error that says what to install
 */
export async function findHeadlessChromium(): Promise<Tool> {
  const { CHROMIUM, CHROMIUM_FOR_PAGES } = process.env;
  if (CHROMIUM_FOR_PAGES !== undefined) return find(HEADLESS);
  if (CHROMIUM !== undefined) return findChromium();
  return find(HEADLESS).catch(findChromium);
}

/**
 * Finds Firefox: the environment's `FIREFOX`, else PATH's, else Debian's, installed now.
 * @throws Error that says what to install
 */
export function findFirefox(): Promise<Tool> {
  return find(FIREFOX);
}

function find(wanted: Wanted): Promise<Tool> {
  return findOnce(wanted.name, () => search(wanted));
}

async function search({ name, commands, package: debian, variable }: Wanted): Promise<Tool> {
  const named = process.env[variable];
  if (named !== undefined) {
    if (!isExecutable(named)) throw new Error(`${variable} is ${named}, which can't be run`);
    return describe(named, variable);
  }
  const present = onPath(...commands);
  if (present !== null) return describe(present, "PATH");
  const failure = await aptInstall(debian);
  const installed = onPath(...commands);
  if (installed !== null) return describe(installed, `apt-get install ${debian}`);
  throw new Error(
    `no ${name}: install ${debian} with "apt-get install -y ${debian}", or set ${variable} to its path. ${failure}`,
  );
}

async function describe(path: string, origin: string): Promise<Tool> {
  const { ok, output } = await runCommand(path, ["--version"]);
  const version = /\d+(?:\.\d+)+/.exec(output)?.[0];
  if (!ok || version === undefined) throw new Error(`${path} --version failed: ${output.trim()}`);
  return { path, version, origin };
}

async function aptInstall(debian: string): Promise<string> {
  const [command, ...prefix] = process.getuid?.() === 0 ? ["apt-get"] : ["sudo", "-n", "apt-get"];
  if (command === undefined || onPath("apt-get") === null)
    return "There is no apt-get here to install it with.";
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = [...prefix, "install", "-y", "--no-install-recommends", debian];
  const options = { env, timeoutMs: 600_000 };
  const first = await runCommand(command, install, options);
  if (first.ok) return "";
  await runCommand(command, [...prefix, "update"], options);
  const second = await runCommand(command, install, options);
  return second.ok ? "" : second.output.trim();
}
