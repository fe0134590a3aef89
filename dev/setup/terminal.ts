import { createInterface } from "node:readline/promises";
import { SetupError } from "./error.ts";
import { type Ask, USAGE } from "./options.ts";

/** Asks whoever sits at a terminal. @throws SetupError where nobody does, or who does breaks off */
export function askAt(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Ask {
  return async (question) => {
    if (!input.isTTY) throw new SetupError(`--nats-url is missing:\n${USAGE}`);
    const terminal = createInterface({ input, output });
    // By a Ctrl-D; a Ctrl-C ends the question.
    const closed = new Promise<never>((_, reject) => terminal.once("close", reject));
    try {
      return (await Promise.race([terminal.question(question), closed])).trim();
    } catch {
      throw new SetupError("\ncancelled: nothing was written");
    } finally {
      terminal.close();
    }
  };
}
