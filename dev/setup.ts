/** `npm run setup`: writes what a deployment with tokens needs: keys, nats-server's configuration and the worker's. */
import { createInterface } from "node:readline/promises";
import { problemLine, readConfig } from "../worker/config.ts";
import { planFiles, writeFiles } from "./setup/files.ts";
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
  const wishes = await readWishes(process.argv.slice(2), ask);
  const { FEEDS } = process.env;
  const result = readConfig({ NATS_URL: wishes.natsUrl, ...(FEEDS === undefined ? {} : { FEEDS }) });
  if (!result.ok) throw new SetupError(result.problems.map(problemLine).join("\n"));
  const trust = await makeTrust(result.config.feeds);
  await writeFiles(wishes.folder, planFiles(wishes, trust));
  process.stdout.write(nextSteps(wishes, trust));
}

setUp().catch((error: Error) => {
  process.stderr.write(`${error instanceof SetupError ? error.message : (error.stack ?? error.message)}\n`);
  process.exitCode = 1;
});
