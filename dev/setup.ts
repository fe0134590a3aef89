/** `npm run setup`: writes what a deployment with tokens needs: keys, nats-server's configuration and the worker's. */
import { createInterface } from "node:readline/promises";
import { type Config, problemLine, readConfig, type Settings } from "../worker/config.ts";
import { plainSettings, planFiles, writeFiles } from "./setup/files.ts";
import { nextSteps } from "./setup/next-steps.ts";
import { makeTrust } from "./setup/trust.ts";
import { type Ask, readWishes, SetupError, USAGE } from "./setup/wishes.ts";

const ask: Ask = async (question) => {
  if (!process.stdin.isTTY) throw new SetupError(`--nats-url is missing:\n${USAGE}`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
};

async function setUp(): Promise<void> {
  const { FEEDS = "" } = process.env;
  const args = process.argv.slice(2);
  if (args.includes("--help")) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  const wishes = await readWishes(args, FEEDS, ask);
  const { feeds } = checked({ NATS_URL: wishes.natsUrl, FEEDS });
  const trust = await makeTrust(feeds);
  // As the worker will check it, which hands out tokens then: it refuses more.
  checked({ ...plainSettings(wishes, trust), NATS_SIGNING_KEY: trust.signingSeed });
  await writeFiles(wishes.folder, planFiles(wishes, trust));
  process.stdout.write(nextSteps(wishes, trust));
}

function checked(settings: Settings): Config {
  const result = readConfig(settings);
  if (!result.ok) throw new SetupError(result.problems.map(problemLine).join("\n"));
  return result.config;
}

setUp().catch((error: Error) => {
  process.stderr.write(`${error instanceof SetupError ? error.message : (error.stack ?? error.message)}\n`);
  process.exitCode = 1;
});
