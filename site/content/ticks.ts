/** The steps that are even figures, within a power of ten. */
const STEPS = [1, 2, 5, 10];

/**
 * Even figures over a range, from below its least to above its greatest value: 0 2 4 6 8, not 0 3 5 8.
 * @param most how many steps there may be
 * @param isWhole whether only whole figures make sense, as of a count
 */
export function ticksOf(least: number, greatest: number, most: number, isWhole = false): readonly number[] {
  const [low, high] = least <= greatest ? [least, greatest] : [greatest, least];
  const span = spanOf(low, high);
  const step = stepFor(span / Math.max(1, most), isWhole);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  // Multiplied and not added up: 0.1 + 0.2 would be 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, index) => rounded((first + index) * step, step));
}

/** Less than this is no span: its steps would all be the same figure. */
const LEAST_SPAN = 1e-290;

function spanOf(low: number, high: number): number {
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low > Math.max(size * 1e-9, LEAST_SPAN)) return high - low;
  return size > LEAST_SPAN ? size : 1;
}

function stepFor(least: number, isWhole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * (STEPS.find((one) => one * power >= least * (1 - 1e-9)) ?? 10);
  return isWhole ? Math.max(1, step) : step;
}

/** A figure with no more digits than its step has. */
function rounded(figure: number, step: number): number {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return digits > 20 ? figure : Number(figure.toFixed(digits)) + 0;
}
