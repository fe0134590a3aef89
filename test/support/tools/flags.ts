import { parseArgs } from "node:util";

/**
 * Reads a command's arguments: flags with whole numbers of at most nine digits, and words if `takesWords`. For other
 * arguments and for `--help` it prints the usage and exits.
 */
export function readFlags<Name extends string>(
  usage: string,
  names: readonly Name[],
  takesWords = false,
): { readonly numbers: Readonly<Partial<Record<Name, number>>>; readonly words: readonly string[] } {
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" } as const]));
  const end = (problem: string): never => {
    process.stderr.write(`${problem}usage: ${usage}\n`);
    process.exit(problem === "" ? 0 : 1);
  };
  const args = process.argv.slice(2);
  if (args.includes("--help")) end("");
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: takesWords });
    const numbers: Partial<Record<Name, number>> = {};
    for (const [name, text = ""] of Object.entries(values)) {
      if (!/^[1-9]\d{0,8}$/.test(String(text))) {
        throw new Error(`--${name} is ${text}: give a whole number from 1 to 999999999`);
      }
      numbers[name as Name] = Number(text);
    }
    return { numbers, words: positionals };
  } catch (error) {
    return end(`${(error as Error).message}\n`);
  }
}
