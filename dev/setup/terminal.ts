import { createInterface } from "node:readline/promises";
import { SetupError } from "./error.ts";
import { type Ask, USAGE } from "./options.ts";

/** Asks questions at a terminal. The result throws SetupError when there is no terminal or the user cancels. */
export function askAt(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Ask {
  return async (question) => {
    if (!input.isTTY) throw new SetupError(`--nats-url is missing:\n${USAGE}`);
    const terminal = createInterface({ input, output });
    // Ctrl-D emits only "close"; Ctrl-C rejects the question itself.
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
