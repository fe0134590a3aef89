import { findNatsServer } from "../tools/nats-server.ts";

/** Global setup: fetched once before the test processes start, which would fetch it side by side. */
export default async function setup(): Promise<void> {
  const { version, path, origin } = await findNatsServer();
  process.stdout.write(`nats-server ${version} (${path}, from ${origin})\n`);
}
