/** `npm run setup`: makes a NATS that asks for tokens, and goes on with one: rotates keys, adds streams, checks it. */
import { createInterface } from "node:readline/promises";
import { SetupError } from "./setup/error.ts";
import { type Ask, USAGE } from "./setup/options.ts";
import { run } from "./setup/run.ts";

const ask: Ask = async (question) => {
  if (!process.stdin.isTTY) throw new SetupError(`--nats-url is missing:\n${USAGE}`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
};

const say = (text: string): void => void process.stdout.write(text);

run(process.argv.slice(2), { env: process.env, ask, say }).then(
  (isWell) => {
    process.exitCode = isWell ? 0 : 1;
  },
  (error: Error) => {
    process.stderr.write(`${error instanceof SetupError ? error.message : (error.stack ?? error.message)}\n`);
    process.exitCode = 1;
  },
);
