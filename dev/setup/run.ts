import { findingLines } from "./check/finding.ts";
import { check } from "./check.ts";
import { SetupError } from "./error.ts";
import { setUpNew } from "./new.ts";
import {
  type Ask,
  type CheckOptions,
  readCheckOptions,
  readNewDeployment,
  readPushOptions,
  readRotateOptions,
  readStreamOptions,
  USAGE,
} from "./options.ts";
import { push } from "./push.ts";
import { rotate } from "./rotate.ts";
import { setUpStream } from "./stream.ts";

/** The environment, input and output of `npm run setup`. */
export interface SetupIo {
  readonly env: NodeJS.ProcessEnv;
  readonly ask: Ask;
  /** Receives output as it is produced. */
  readonly say: (text: string) => void;
}

/**
 * Runs the command that the arguments name.
 * @returns false when a check failed
 * @throws SetupError with what is wrong and what to do
 */
export async function run(args: readonly string[], { env, ask, say }: SetupIo): Promise<boolean> {
  const [command, ...rest] = args;
  if (args.includes("--help")) say(`${USAGE}\n`);
  else if (command === undefined || command.startsWith("-")) {
    say(await setUpNew(await readNewDeployment(args, env, ask)));
  } else if (command === "push") say(await push(readPushOptions(rest), env));
  else if (command === "stream") say(await setUpStream(readStreamOptions(rest), env));
  else if (command === "rotate") say(await rotate(readRotateOptions(rest), env));
  else if (command === "check") return runCheck(readCheckOptions(rest), { env, say });
  else throw new SetupError(`unknown command ${JSON.stringify(command)}:\n${USAGE}`);
  return true;
}

async function runCheck(options: CheckOptions, { env, say }: Omit<SetupIo, "ask">): Promise<boolean> {
  let [failures, all] = [0, 0];
  for await (const finding of check(options, env)) {
    say(findingLines([finding]));
    all += 1;
    if (finding.level === "fail") failures += 1;
  }
  say(failures === 0 ? "nothing is wrong\n" : `${failures} of ${all} checks failed\n`);
  return failures === 0;
}
