import { isExecutable, onPath, runCommand } from "./command.ts";
import { findOnce, type Tool } from "./found.ts";

/** A browser that is installed from Debian if the machine has none. */
interface BrowserRecipe {
  readonly name: string;
  /** Its possible names on PATH. */
  readonly commands: readonly string[];
  readonly package: string;
  /** Environment variable with the path of a binary to use instead. */
  readonly variable: string;
}

const CHROMIUM: BrowserRecipe = {
  name: "Chromium",
  commands: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  package: "chromium",
  variable: "CHROMIUM",
};
/** Chromium without a user interface: it takes half the processor time. */
const HEADLESS: BrowserRecipe = {
  name: "Chromium's headless shell",
  commands: ["chromium-headless-shell", "chrome-headless-shell"],
  package: "chromium-headless-shell",
  variable: "CHROMIUM_FOR_PAGES",
};
const FIREFOX: BrowserRecipe = {
  name: "Firefox",
  commands: ["firefox-esr", "firefox"],
  package: "firefox-esr",
  variable: "FIREFOX",
};

/**
 * Finds Chromium: from the variable `CHROMIUM`, on PATH, or by installing Debian's package.
 * @throws Error that says what to install
 */
export function findChromium(): Promise<Tool> {
  return find(CHROMIUM);
}

/**
 * Finds a browser for headless tests: from the variables `CHROMIUM_FOR_PAGES` or `CHROMIUM`, else the headless shell on
 * PATH or from Debian, else Chromium.
 * @throws Error that says what to install
 */
export async function findHeadlessChromium(): Promise<Tool> {
  const { CHROMIUM, CHROMIUM_FOR_PAGES } = process.env;
  if (CHROMIUM_FOR_PAGES !== undefined) return find(HEADLESS);
  if (CHROMIUM !== undefined) return findChromium();
  return find(HEADLESS).catch(findChromium);
}

/**
 * Finds Firefox: from the variable `FIREFOX`, on PATH, or by installing Debian's package.
 * @throws Error that says what to install
 */
export function findFirefox(): Promise<Tool> {
  return find(FIREFOX);
}

function find(recipe: BrowserRecipe): Promise<Tool> {
  return findOnce(recipe.name, () => search(recipe));
}

async function search({ name, commands, package: debian, variable }: BrowserRecipe): Promise<Tool> {
  const named = process.env[variable];
  if (named !== undefined) {
    if (!isExecutable(named)) throw new Error(`${variable} is ${named}, which isn't an executable file`);
    return describe(named, variable);
  }
  const present = onPath(...commands);
  if (present !== null) return describe(present, "PATH");
  const failure = await aptInstall(debian);
  const installed = onPath(...commands);
  if (installed !== null) return describe(installed, `apt-get install ${debian}`);
  throw new Error(
    `${name} not found: install it with "apt-get install -y ${debian}", or set ${variable} to its path. ${failure}`,
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
    return "It can't be installed automatically without apt-get.";
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = [...prefix, "install", "-y", "--no-install-recommends", debian];
  const options = { env, timeoutMs: 600_000 };
  const first = await runCommand(command, install, options);
  if (first.ok) return "";
  await runCommand(command, [...prefix, "update"], options);
  const second = await runCommand(command, install, options);
  return second.ok ? "" : second.output.trim();
}
