import type { TestProject } from "vitest/node";
import { findNatsServer, selectedRelease } from "../tools/nats-server.ts";

/** Global setup: fetches nats-server once, before several test processes would fetch it in parallel. */
export default async function setup({ config }: TestProject): Promise<void> {
  // Vitest sets a project's `env` in its test processes only, not in this one.
  const release = selectedRelease({ ...process.env, ...config.env });
  const { version, path, origin } = await findNatsServer(release);
  process.stdout.write(`nats-server ${version} (${path}, from ${origin})\n`);
}
