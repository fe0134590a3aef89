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

/** URLs at which setup connects to a deployment's NATS. @throws SetupError when it needs NATS_URL and that is wrong */
export function serversOf({ settings }: Deployment, via: string | null): readonly string[] {
  return via === null ? checkSettings({ NATS_URL: settings.NATS_URL ?? "" }).servers : [via];
}

/**
 * Writes a changed deployment and pushes its accounts to the running servers; reports how many accepted them. Writes
 * nothing when no server accepts the connection.
 * @param also files to write before the others
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
    // Written before the push: a key that servers accept must not be lost.
    await replaceFiles(folder, [...also, ...files]);
    const servers = await pushAccounts(system, accounts);
    return `pushed the accounts publishers and viewers to ${servers} server${servers === 1 ? "" : "s"}\n`;
  });
}

/** `setup push`: lets viewers read what FEEDS and EXPLORE now name. */
export async function push({ folder, via }: DeploymentOptions, given: Overrides): Promise<string> {
  const deployment = await readDeployment(folder, given);
  return (await publish(deployment, via)) + redeploy(deployment);
}
