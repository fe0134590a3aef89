import type { Tab } from "./tab.ts";

/** The shortest duration that Event Timing reports; inputs that it doesn't report were quicker. */
const FINEST_MS = 16;

/** Frame and input times of a page. */
export interface PageTimes {
  /** From one animation frame to the next, milliseconds. */
  readonly frames: readonly number[];
  /** For each input of 16 ms or longer: from its timestamp to the next paint after it was handled. */
  readonly inputs: readonly number[];
}

/** Measures frames and input delays with a script in the page. */
export interface Meter {
  start(): Promise<void>;
  stop(): Promise<PageTimes>;
}

/** Adds a meter to a loaded page. */
export async function meterOf(tab: Tab): Promise<Meter> {
  const inPage = await tab.make((finestMs) => {
    let frames: number[] = [];
    let inputs = new Map<number, number>();
    let lastMs = 0;
    let isOn = false;
    const take = (entries: readonly PerformanceEntry[]) => {
      for (const entry of entries as readonly (PerformanceEventTiming & { interactionId: number })[]) {
        // An interaction consists of several events; its time is that of the slowest.
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
 * 99th percentile of `howMany` inputs. Inputs that were too quick to be reported count as 16 ms, `unanswered` ones as
 * slow.
 */
export function inputPercentile99(
  { inputs }: PageTimes,
  howMany: number,
  unanswered: readonly number[],
): number {
  if (inputs.length > howMany)
    throw new Error(`the page reported ${inputs.length} inputs, but only ${howMany} were made`);
  const quick = new Array<number>(howMany - inputs.length).fill(FINEST_MS);
  return percentile99([...inputs, ...quick, ...unanswered]);
}

/** 99th percentile by nearest rank. @throws RangeError for an empty list */
export function percentile99(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.ceil(sorted.length * 0.99) - 1];
  if (value === undefined)
    throw new RangeError("an empty list has no percentile: measure at least one value");
  return Math.round(value * 10) / 10;
}
