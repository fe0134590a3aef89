import { findHeadlessChromium } from "../tools/browsers.ts";
import { browserLines } from "../tools/versions.ts";

/** Global setup: installs missing browsers once, before the test processes start. */
export default async function setup(): Promise<void> {
  for (const line of await browserLines()) process.stdout.write(`${line}\n`);
  // Without this, each process would try again to install a headless shell that isn't available.
  process.env.CHROMIUM_FOR_PAGES = (await findHeadlessChromium()).path;
}
