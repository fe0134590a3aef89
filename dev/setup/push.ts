import {
  changedFiles,
  checkSettings,
  type Deployment,
  type Overrides,
  readDeployment,
} from "./deployment.ts";
import { type PlannedFile, replaceFiles } from "./files.ts";
import { redeploy } from "./next-steps.ts";
import type { DeploymentOptions } from "./options.ts";
import { asUser, checkOperator, pushAccounts } from "./server.ts";

/** Where a deployment's administrator reaches NATS. @throws SetupError with what is wrong with NATS_URL, where that says it */
export function serversOf({ settings }: Deployment, via: string | null): readonly string[] {
  return via === null ? checkSettings({ NATS_URL: settings.NATS_URL ?? "" }).servers : [via];
}

/**
 * Writes a changed deployment and gives the running servers its accounts; says how many took them. Writes nothing where
 * none lets us in.
 * @param also files that are written before the others
 */
export async function publish(
  deployment: Deployment,
  via: string | null,
  also: readonly PlannedFile[] = [],
): Promise<string> {
  const { folder, keys } = deployment;
  const { files, accounts } = await changedFiles(deployment);
  return asUser("system", { folder, servers: serversOf(deployment, via) }, async (system) => {
    await checkOperator(system, keys);
    // Written first: a key that servers let in must not be lost.
    await replaceFiles(folder, [...also, ...files]);
    const servers = await pushAccounts(system, accounts);
    return `pushed the accounts publishers and viewers to ${servers} server${servers === 1 ? "" : "s"}\n`;
  });
}

/** `setup push`: what FEEDS and EXPLORE say now is what viewers may read. */
export async function push({ folder, via }: DeploymentOptions, given: Overrides): Promise<string> {
  const deployment = await readDeployment(folder, given);
  return (await publish(deployment, via)) + redeploy(deployment);
}
