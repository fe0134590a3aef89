/**
 * Refuses options that nobody reads: a misspelt one would be ignored in silence.
 * @throws TypeError that names the option and those there are
 */
export function checkNames(call: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new TypeError(`${call} has no option "${name}": give some of ${known.join(", ")}`);
    }
  }
}
