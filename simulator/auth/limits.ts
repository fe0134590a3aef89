/** A server-wide limit, where 0 is none, as a limit where -1 is none. */
export function serverLimit(value: number): number {
  return value > 0 ? value : -1;
}

/** The smaller of two limits, where -1 is none. */
export function leastLimit(a: number, b: number): number {
  if (a < 0) return b;
  return b < 0 ? a : Math.min(a, b);
}
