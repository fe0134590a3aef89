import type { Tab } from "./tab.ts";

/** The finest that Event Timing tells of; what it doesn't tell of was quicker. */
const FINEST_MS = 16;

/** What a page did while it was measured. */
export interface PageTimes {
  /** From one animation frame to the next, milliseconds. */
  readonly frames: readonly number[];
  /** For each input that took 16 ms or longer, from its own timestamp to the paint that showed the answer. */
  readonly inputs: readonly number[];
}

/** Measures a page from within: its frames, and its answers to real input. */
export interface Meter {
  start(): Promise<void>;
  stop(): Promise<PageTimes>;
}

/** Puts a meter into a page that is loaded. */
export async function meterOf(tab: Tab): Promise<Meter> {
  const inPage = await tab.make((finestMs) => {
    let frames: number[] = [];
    let inputs = new Map<number, number>();
    let lastMs = 0;
    let isOn = false;
    const take = (entries: readonly PerformanceEntry[]) => {
      for (const entry of entries as readonly (PerformanceEventTiming & { interactionId: number })[]) {
        // Several events make up one interaction: it was answered when the slowest was.
        if (!isOn || entry.interactionId === 0) continue;
        inputs.set(entry.interactionId, Math.max(entry.duration, inputs.get(entry.interactionId) ?? 0));
      }
    };
    const observer = new PerformanceObserver((list) => take(list.getEntries()));
    observer.observe({ type: "event", durationThreshold: finestMs } as PerformanceObserverInit);
    const frame = () => {
      if (!isOn) return;
      const nowMs = performance.now();
      frames.push(nowMs - lastMs);
      lastMs = nowMs;
      requestAnimationFrame(frame);
    };
    return {
      start() {
        isOn = true;
        lastMs = performance.now();
        requestAnimationFrame(frame);
      },
      stop() {
        take(observer.takeRecords());
        isOn = false;
        const times = { frames, inputs: [...inputs.values()] };
        frames = [];
        inputs = new Map();
        return times;
      },
    };
  }, FINEST_MS);
  return {
    start: () => inPage.call("start"),
    stop: () => inPage.call("stop"),
  };
}

/**
 * How long the slowest in a hundred of `howMany` inputs took. Those that were too quick to be told of
 * count as 16 ms; `unanswered` are paints that showed no answer.
 */
export function inputPercentile99(
  { inputs }: PageTimes,
  howMany: number,
  unanswered: readonly number[],
): number {
  if (inputs.length > howMany) throw new Error(`${inputs.length} inputs were seen and ${howMany} made`);
  const quick = new Array<number>(howMany - inputs.length).fill(FINEST_MS);
  return percentile99([...inputs, ...quick, ...unanswered]);
}

/** The value that 99 of 100 do not exceed (nearest rank). */
export function percentile99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.ceil(sorted.length * 0.99) - 1];
  if (value === undefined) throw new RangeError("no percentile of nothing: measure at least one value");
  return Math.round(value * 10) / 10;
}
