/** The smaller of two limits, where -1 is none. */
export function leastLimit(a: number, b: number): number {
  if (a < 0) return b;
  return b < 0 ? a : Math.min(a, b);
}
