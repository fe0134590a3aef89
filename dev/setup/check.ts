import { existsSync } from "node:fs";
import { join } from "node:path";
import type { NatsConnection } from "@nats-io/nats-core";
import { directGetSubject, streamNameOf } from "../../contract/feed.ts";
import { workerProblems } from "../../serve/settings/gather.ts";
import { type Config, type Feed, readConfig } from "../../worker/config.ts";
import { DEV_VARS } from "../dev-vars.ts";
import { type Finding, fail, ok, warn } from "./check/finding.ts";
import { checkPage } from "./check/page.ts";
import { checkReading, checkRefusals } from "./check/permissions.ts";
import { checkPushed } from "./check/pushed.ts";
import { checkStreams } from "./check/streams.ts";
import { checkUpgrade } from "./check/upgrade.ts";
import { connectFix, Viewer } from "./check/viewer.ts";
import { type CommandOf, setupCommand } from "./command.ts";
import { CREDENTIALS, settingsOf } from "./deployment.ts";
import { KEY_FILES } from "./keys.ts";
import type { CheckOptions } from "./options.ts";
import { connectWith } from "./server.ts";

const AGAIN = "fix that, then check again";

/**
 * `setup check`: examines any deployment from outside: connects as a page does, reads, and attempts what
 * must be refused. Changes nothing.
 * @param env settings that override the folder's `.dev.vars`
 */
export async function* check(options: CheckOptions, env: NodeJS.ProcessEnv): AsyncGenerator<Finding> {
  const { folder, page, via } = options;
  const commandOf: CommandOf = (words) => setupCommand(words, { folder, via });
  // The worker's checks depend on PUBLIC_URL, for example on whether it is https.
  const { settings, origins, problems } = settingsOf(folder, env);
  if (!settings.NATS_URL && !existsSync(join(folder, DEV_VARS))) {
    yield fail(
      `${join(folder, DEV_VARS)} doesn't exist, and the environment has no NATS_URL`,
      "run this in the folder where npm run setup wrote its files, name that folder with --folder, or set NATS_URL",
    );
    return;
  }
  const given = { ...(page === null ? {} : { PUBLIC_URL: page }), ...settings };
  const result = readConfig(given);
  const wrong = [...problems, ...workerProblems(given, origins)];
  for (const line of wrong) yield fail("a setting is wrong", line);
  if (!result.ok || wrong.length > 0) return;
  const { config, warnings } = result;
  yield ok("the worker accepts these settings");
  // A warning has the form "what: fix".
  for (const line of warnings) yield warn(...(line.split(/: (.*)/s, 2) as [string, string]));
  const reached: string[] = [];
  for (const server of config.servers) {
    const upgrade = await checkUpgrade(server, page);
    yield upgrade;
    if (upgrade.level !== "ok") continue;
    reached.push(server);
    yield* guarded(() => checkServer(server, config, options, commandOf));
  }
  const administered = via === null ? reached : [via];
  if (administered.length > 0 && existsSync(join(folder, KEY_FILES.viewers))) {
    yield* guarded(() => checkPushed(folder, administered, commandOf));
  } else if (reached.length > 0 && config.feeds.some(isFromElsewhere)) {
    yield warn(
      "only a published message can show whether the viewers' account imports what viewers subscribe to",
      "publish a message and look for it on the page",
    );
  }
  if (page !== null) yield* guarded(() => checkPage(page, config, commandOf));
}

/** Whether the feed's stream seems to be in a different account than the viewers. */
function isFromElsewhere(feed: Feed): boolean {
  return streamNameOf(feed) !== null && !directGetSubject(feed).startsWith("$JS.");
}

/** Checks one server as a viewer and, with credentials, as the streams' owner. */
async function* checkServer(
  server: string,
  config: Config,
  options: CheckOptions,
  commandOf: CommandOf,
): AsyncGenerator<Finding> {
  let viewer: Viewer;
  try {
    viewer = await Viewer.connect(server, config);
  } catch (error) {
    const { message } = error as Error;
    yield fail(message, /auth/i.test(message) ? connectFix(config.auth.mode, commandOf) : AGAIN);
    return;
  }
  let owner: NatsConnection | null = null;
  try {
    // Inside the try: an open viewer connection would keep the process from ending.
    owner = await ownerOf(server, options);
    yield ok(`${server} accepts viewers`);
    yield* checkReading(viewer, config, commandOf);
    yield* checkRefusals(viewer, config);
    yield* checkStreams(viewer, owner, config, commandOf);
  } finally {
    await viewer.nats.close();
    await owner?.close();
  }
}

/** Turns an error into a finding, so that the other checks still run. */
async function* guarded(findings: () => AsyncGenerator<Finding>): AsyncGenerator<Finding> {
  try {
    yield* findings();
  } catch (error) {
    yield fail((error as Error).message, AGAIN);
  }
}

async function ownerOf(server: string, { folder, creds, via }: CheckOptions): Promise<NatsConnection | null> {
  const file = creds ?? join(folder, CREDENTIALS.publisher);
  if (creds === null && !existsSync(file)) return null;
  return connectWith(file, [via ?? server]);
}
