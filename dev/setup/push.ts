import { checkSettings, type Deployment, type Given, readDeployment, writeDeployment } from "./deployment.ts";
import type { PlannedFile } from "./files.ts";
import { redeploy } from "./next-steps.ts";
import type { Existing } from "./options.ts";
import { asUser, pushAccounts } from "./server.ts";

/** Where a deployment's administrator reaches NATS. @throws SetupError with what is wrong with NATS_URL, where that says it */
export function serversOf({ settings }: Deployment, via: string | null): readonly string[] {
  return via === null ? checkSettings({ NATS_URL: settings.NATS_URL ?? "" }).servers : [via];
}

/**
 * Writes a changed deployment and gives the running servers its accounts; says how many took them.
 * @param also files that are written with it
 */
export async function publish(
  deployment: Deployment,
  via: string | null,
  also?: readonly PlannedFile[],
): Promise<string> {
  const accounts = await writeDeployment(deployment, also);
  const at = { folder: deployment.folder, servers: serversOf(deployment, via) };
  const servers = await asUser("system", at, (system) => pushAccounts(system, accounts));
  return `pushed: the accounts publishers and viewers, to ${servers} server${servers === 1 ? "" : "s"}\n`;
}

/** `setup push`: what FEEDS and EXPLORE say now is what viewers may read. */
export async function push({ folder, via }: Existing, given: Given): Promise<string> {
  const deployment = await readDeployment(folder, given);
  return (await publish(deployment, via)) + redeploy(deployment);
}
