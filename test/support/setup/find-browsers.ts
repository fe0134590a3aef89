import { browserLines } from "../tools/versions.ts";

/** Global setup: installed once before the test processes start. */
export default async function setup(): Promise<void> {
  for (const line of await browserLines()) process.stdout.write(`${line}\n`);
}
