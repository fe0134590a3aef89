import { findChromium } from "./tools/chromium.ts";

/** Global setup: installed once before the test processes start. */
export default async function setup(): Promise<void> {
  const { version, path, origin } = await findChromium();
  process.stdout.write(`Chromium ${version} (${path}, from ${origin})\n`);
}
