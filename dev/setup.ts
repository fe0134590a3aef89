/** `npm run setup`: makes a NATS that asks for tokens, and goes on with one: rotates keys, adds streams, checks it. */
import { createInterface } from "node:readline/promises";
import { SetupError } from "./setup/error.ts";
import { setUpNew } from "./setup/new.ts";
import {
  type Ask,
  readNewDeployment,
  readPushOptions,
  readRotateOptions,
  readStreamOptions,
  USAGE,
} from "./setup/options.ts";
import { push } from "./setup/push.ts";
import { rotate } from "./setup/rotate.ts";
import { setUpStream } from "./setup/stream.ts";

const ask: Ask = async (question) => {
  if (!process.stdin.isTTY) throw new SetupError(`--nats-url is missing:\n${USAGE}`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
};

async function run(args: readonly string[], feeds: string): Promise<string> {
  if (args.includes("--help")) return `${USAGE}\n`;
  const [command, ...rest] = args;
  if (command === undefined || command.startsWith("-")) {
    return setUpNew(await readNewDeployment(args, feeds, ask));
  }
  switch (command) {
    case "push":
      return push(readPushOptions(rest), feeds);
    case "stream":
      return setUpStream(readStreamOptions(rest), feeds);
    case "rotate":
      return rotate(readRotateOptions(rest));
    default:
      throw new SetupError(`there is no ${JSON.stringify(command)}:\n${USAGE}`);
  }
}

run(process.argv.slice(2), process.env.FEEDS ?? "").then(
  (text) => process.stdout.write(text),
  (error: Error) => {
    process.stderr.write(`${error instanceof SetupError ? error.message : (error.stack ?? error.message)}\n`);
    process.exitCode = 1;
  },
);
