import { findChromium, findFirefox, findHeadlessChromium } from "../tools/browsers.ts";

const BROWSERS = {
  Chromium: findChromium,
  "Chromium for pages": findHeadlessChromium,
  Firefox: findFirefox,
} as const;

/** Global setup: installed once before the test processes start. */
export default async function setup(): Promise<void> {
  // One after the other: apt-get installs one thing at a time.
  for (const [name, find] of Object.entries(BROWSERS)) {
    const { version, path, origin } = await find();
    process.stdout.write(`${name} ${version} (${path}, from ${origin})\n`);
  }
}
