/** The rates of several feeds over the same seconds, as a chart takes them. */
export function rateSeries(
  histories: readonly (readonly number[])[],
  nowMs: number,
): [seconds: number[], ...rates: number[][]] {
  const length = histories[0]?.length ?? 0;
  const running = Math.floor(nowMs / 1000);
  const seconds = Array.from({ length }, (_, index) => running - length + index);
  return [seconds, ...histories.map((history) => [...history])];
}
