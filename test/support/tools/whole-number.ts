/** A flag's whole number, of nine digits at most. Where it is none this says so and ends the process. */
export function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  process.stderr.write(`--${name} is ${text}: give a whole number from 1 to 999999999\n`);
  process.exit(1);
}
