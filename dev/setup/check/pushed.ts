import { existsSync } from "node:fs";
import { join } from "node:path";
import { decode } from "@nats-io/jwt";
import { signAccounts } from "../accounts.ts";
import type { CommandOf } from "../command.ts";
import { readDeployment } from "../deployment.ts";
import { KEY_FILES } from "../keys.ts";
import { accountOnServer, asUser, checkOperator } from "../server.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** Checks that servers have the folder's accounts, and that no key rotation is unfinished. */
export async function* checkPushed(
  folder: string,
  servers: readonly string[],
  commandOf: CommandOf,
): AsyncGenerator<Finding> {
  if (!existsSync(join(folder, KEY_FILES.operator))) {
    yield ok(`the accounts in NATS are not compared: ${KEY_FILES.operator} isn't in this folder`);
    return;
  }
  const { keys, feeds } = await readDeployment(folder, {});
  if (keys.oldSigning !== null) {
    yield warn("NATS accepts two signing keys", `finish the rotation: ${commandOf("rotate --finish")}`);
  }
  const wanted = await signAccounts(keys, feeds);
  const onServers = await asUser("system", { folder, servers }, async (system) => {
    await checkOperator(system, keys);
    return Promise.all(wanted.map(({ publicKey }) => accountOnServer(system, publicKey)));
  });
  const differing = wanted.filter(({ jwt }, index) => claimsOf(jwt) !== claimsOf(onServers[index] ?? null));
  if (differing.length === 0) yield ok("NATS has this folder's accounts");
  else {
    yield fail(
      `NATS and this folder differ in the account ${differing.map(({ name }) => name).join(", ")}`,
      commandOf("push"),
    );
  }
}

/** An account's claims without its time of issue. */
function claimsOf(jwt: string | null): string {
  return jwt === null ? "" : JSON.stringify(decode(jwt).nats);
}
