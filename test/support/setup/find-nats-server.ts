import type { TestProject } from "vitest/node";
import { findNatsServer, selectedRelease } from "../tools/nats-server.ts";

/** Global setup: fetched once before the test processes start, which would fetch it side by side. */
export default async function setup({ config }: TestProject): Promise<void> {
  // Of a project's environment only its tests are given something.
  const release = selectedRelease({ ...process.env, ...config.env });
  const { version, path, origin } = await findNatsServer(release);
  process.stdout.write(`nats-server ${version} (${path}, from ${origin})\n`);
}
