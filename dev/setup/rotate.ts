import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createAccount, decode } from "@nats-io/jwt";
import { signerOf } from "./check/page.ts";
import { setupCommand } from "./command.ts";
import { checkGiven, type Deployment, readDeployment, settingsOf } from "./deployment.ts";
import { SetupError } from "./error.ts";
import { KEY_FILES, seedOf } from "./keys.ts";
import { RUNS_HERE, secretCommand } from "./next-steps.ts";
import type { RotateOptions } from "./options.ts";
import { publish, serversOf } from "./push.ts";
import { accountOnServer, asUser } from "./server.ts";

/**
 * `setup rotate`: adds a new signing key beside the old one; `--finish` removes the old key when all its
 * tokens have expired. Each can be repeated after an interruption.
 * @param env overrides `.dev.vars` for AUTH_GATE and PASSPHRASE, with which the page's worker is asked for a token
 * @throws SetupError
 */
export async function rotate(options: RotateOptions, env: NodeJS.ProcessEnv): Promise<string> {
  const deployment = await readDeployment(options.folder, {});
  return options.isFinish ? finish(deployment, options, env) : begin(deployment, options);
}

async function begin(deployment: Deployment, { folder, via, page }: RotateOptions): Promise<string> {
  const { keys } = deployment;
  const isUnderWay = keys.oldSigning !== null;
  const changed = isUnderWay
    ? deployment
    : { ...deployment, keys: { ...keys, signing: createAccount(), oldSigning: keys.signing } };
  // Interrupted after the first file: both hold the same key, which counts as no rotation; after the second: the next run continues.
  const keyFiles = [
    { path: KEY_FILES.oldSigning, text: seedOf(keys.signing) },
    { path: KEY_FILES.signing, text: seedOf(changed.keys.signing) },
  ];
  const pushed = await publish(changed, via, isUnderWay ? [] : keyFiles);
  return [
    isUnderWay ? "continuing the rotation that is already under way\n" : "",
    pushed,
    "NATS accepts both keys now. To make the worker sign with the new one:\n",
    `  ${secretCommand(folder)}\n`,
    RUNS_HERE,
    `once every token of the old key has expired (${lifetimeMs(deployment) / 1000} s later):\n`,
    `  ${setupCommand("rotate --finish", { folder, via, page: page ?? deployment.origin })}\n`,
  ].join("");
}

async function finish(
  deployment: Deployment,
  options: RotateOptions,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const { folder, via, page, isNow } = options;
  const { keys } = deployment;
  if (keys.oldSigning === null) {
    const command = setupCommand("rotate", { folder, via });
    throw new SetupError(`no rotation is under way: start one with ${command}`);
  }
  if (page !== null && (await askForSigner(page, folder, env)) !== keys.signing.getPublicKey()) {
    throw new SetupError(
      `the worker of ${page} doesn't sign with the new key yet, so viewers would be refused: run ${secretCommand(folder)}, or restart the worker if it runs here`,
    );
  }
  const fromMs = isNow ? null : await pushedAtMs(deployment, via);
  if (fromMs !== null) {
    const leftMs = fromMs + lifetimeMs(deployment) - Date.now();
    if (leftMs > 0) {
      throw new SetupError(
        `tokens of the old key may be valid for another ${Math.ceil(leftMs / 1000)} s: wait, or give --now, which disconnects their viewers until they have new tokens`,
      );
    }
  }
  const pushed = await publish({ ...deployment, keys: { ...keys, oldSigning: null } }, via);
  await rm(join(folder, KEY_FILES.oldSigning), { force: true });
  return [
    pushed,
    "NATS no longer accepts the old key, and its file is deleted\n",
    // The worker may have signed with the old key for longer: when it got the new one isn't known here.
    fromMs === null
      ? ""
      : `(this assumes that the worker got the new key at ${new Date(fromMs).toISOString()}: a viewer with a later token of the old key is disconnected once)\n`,
  ].join("");
}

/** The key with which the page's worker signs. @throws SetupError, with a way to go on, when that can't be found out */
async function askForSigner(page: string, folder: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { auth } = checkGiven(settingsOf(folder, env));
  const isUnknown = (why: string) =>
    new SetupError(
      `${why}: make sure that the worker has the new key (${secretCommand(folder)}), then repeat this without --page`,
    );
  const signer = await signerOf(page, auth).catch((error: Error) => {
    throw isUnknown(error.message);
  });
  if (signer === null) throw isUnknown(`${page} issues tokens only to its own users`);
  return signer;
}

/**
 * When the servers' current viewers' account was signed, which is when they began to accept the new key.
 * @throws SetupError when the servers don't know the account
 */
function pushedAtMs(deployment: Deployment, via: string | null): Promise<number> {
  const at = { folder: deployment.folder, servers: serversOf(deployment, via) };
  return asUser("system", at, async (system) => {
    const jwt = await accountOnServer(system, deployment.keys.viewers.getPublicKey());
    if (jwt !== null) return decode(jwt).iat * 1000;
    const command = setupCommand("push", { folder: at.folder, via });
    throw new SetupError(`NATS doesn't know the viewers' account: run ${command}, then repeat this`);
  });
}

function lifetimeMs({ folder }: Deployment): number {
  const { auth } = checkGiven(settingsOf(folder, {}));
  return auth.mode === "jwt" ? auth.lifetimeMs : 0;
}
