/** `npm run setup`: creates a NATS deployment that requires tokens, and maintains it: rotates keys, adds streams, checks it. */
import { SettingsError } from "../serve/settings/gather.ts";
import { SetupError } from "./setup/error.ts";
import { run } from "./setup/run.ts";
import { askAt } from "./setup/terminal.ts";

const say = (text: string): void => void process.stdout.write(text);

run(process.argv.slice(2), { env: process.env, ask: askAt(process.stdin, process.stdout), say })
  .then(
    (isWell) => {
      process.exitCode = isWell ? 0 : 1;
    },
    (error: Error) => {
      process.stderr.write(
        `${error instanceof SetupError || error instanceof SettingsError ? error.message : (error.stack ?? error.message)}\n`,
      );
      process.exitCode = 1;
    },
  )
  // nats.js leaves the TCP socket of a timed-out connection open, which would keep this process running.
  .finally(() => setTimeout(() => process.exit(), 500).unref());
