import { encodeOperator } from "@nats-io/jwt";
import { isMixedContent } from "../../contract/server.ts";
import { DEV_VARS } from "../dev-vars.ts";
import { makeCredentials, signAccounts, signSystemAccount } from "./accounts.ts";
import { CREDENTIALS, checkSettings, ORIGIN_FILE } from "./deployment.ts";
import { SetupError } from "./error.ts";
import { readFeeds } from "./feeds.ts";
import { settingsText, writeNewFiles } from "./files.ts";
import { KEY_FILES, KEY_NAMES, makeKeys, seedOf } from "./keys.ts";
import { nextSteps } from "./next-steps.ts";
import type { NewDeployment } from "./options.ts";
import { checkPorts, serverConfigs } from "./server-config.ts";

/**
 * Creates and writes keys, accounts, nats-server's configuration and the worker's settings.
 * @returns instructions for the next steps
 * @throws SetupError when a setting is wrong or a file already exists; then nothing is written
 */
export async function setUpNew(wanted: NewDeployment): Promise<string> {
  const natsUrl = wanted.servers.map(urlText).join(",");
  checkSettings({ NATS_URL: natsUrl });
  const mixed = wanted.servers.find((url) => isMixedContent(urlText(url), wanted.origin ?? ""));
  if (mixed !== undefined) {
    throw new SetupError(
      `browsers don't let a page of ${wanted.origin} connect to ${urlText(mixed)}: use wss:// in --nats-url`,
    );
  }
  checkPorts(wanted);
  const readable = readFeeds(wanted.feeds, wanted.explore);
  const keys = makeKeys();
  const settings = {
    NATS_URL: natsUrl,
    AUTH_MODE: "jwt",
    NATS_ACCOUNT: keys.viewers.getPublicKey(),
    NATS_KEY_SCOPED: "true",
    ...(wanted.explore === "" ? {} : { EXPLORE: wanted.explore }),
    ...(readable.text === null ? {} : { FEEDS: readable.text }),
    NATS_SIGNING_KEY: seedOf(keys.signing),
  };
  // Checked again with AUTH_MODE=jwt, for which the worker has more rules.
  checkSettings(settings);
  const systemKey = keys.system.getPublicKey();
  const configs = serverConfigs(wanted, {
    operatorJwt: await encodeOperator("mycelium", keys.operator, { system_account: systemKey }),
    systemKey,
    accounts: [...(await signAccounts(keys, readable)), await signSystemAccount(keys)],
  });
  await writeNewFiles(wanted.folder, [
    { path: DEV_VARS, text: settingsText(settings) },
    // Keeps the keys out of any repository that contains the folder.
    { path: "nats/.gitignore", text: "*\n" },
    ...(wanted.origin === null ? [] : [{ path: ORIGIN_FILE, text: `${wanted.origin}\n` }]),
    ...configs,
    ...KEY_NAMES.map((name) => ({ path: KEY_FILES[name], text: seedOf(keys[name]) })),
    { path: CREDENTIALS.publisher, text: await makeCredentials("publisher", keys.publishers) },
    { path: CREDENTIALS.system, text: await makeCredentials("administrator", keys.system) },
  ]);
  return nextSteps({ ...wanted, ...readable, settings, configs });
}

/** The URL without the slash that `URL` adds to an empty path. */
function urlText(url: URL): string {
  return url.pathname === "/" && url.search === "" ? url.href.slice(0, -1) : url.href;
}
