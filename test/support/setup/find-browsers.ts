import { findHeadlessChromium } from "../tools/browsers.ts";
import { browserLines } from "../tools/versions.ts";

/** Global setup: installed once before the test processes start. */
export default async function setup(): Promise<void> {
  for (const line of await browserLines()) process.stdout.write(`${line}\n`);
  // Where there is no headless shell to install, each process would try to.
  process.env.CHROMIUM_FOR_PAGES = (await findHeadlessChromium()).path;
}
