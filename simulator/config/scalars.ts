/** Size suffixes as in nats-server: `K` is 1000, `KB` and `Ki` are 1024. */
const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ["k", 1e3],
  ["kb", 2 ** 10],
  ["ki", 2 ** 10],
  ["kib", 2 ** 10],
  ["m", 1e6],
  ["mb", 2 ** 20],
  ["mi", 2 ** 20],
  ["mib", 2 ** 20],
  ["g", 1e9],
  ["gb", 2 ** 30],
  ["gi", 2 ** 30],
  ["gib", 2 ** 30],
]);

/** Milliseconds of the units in a Go duration. */
const TIME_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Parses an unquoted word: a boolean, a number with an optional size suffix, or text. */
export function readBare(word: string): string | number | boolean {
  const lower = word.toLowerCase();
  if (["true", "yes", "on"].includes(lower)) return true;
  if (["false", "no", "off"].includes(lower)) return false;
  const [, digits, unit = ""] = /^(-?\d+(?:\.\d+)?)([a-z]*)$/.exec(lower) ?? [];
  if (digits === undefined) return word;
  if (unit === "") return Number(digits);
  const factor = SIZE_UNITS.get(unit);
  return factor === undefined ? word : Number(digits) * factor;
}

/** Milliseconds of a Go duration such as `1m30s`, or of a number of seconds; undefined for anything else. */
export function readDuration(value: unknown): number | undefined {
  if (typeof value === "number") return value * 1000;
  if (typeof value !== "string" || !/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(value)) return undefined;
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (TIME_UNITS[unit ?? ""] ?? 0);
  }
  return total;
}
