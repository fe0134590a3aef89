import { computed, type ReadonlySignal, signal } from "@preact/signals";

/** The parts that couldn't be loaded when they were last asked for. */
const missing = signal<ReadonlySet<unknown>>(new Set());

/** Their names. */
export const missingParts: ReadonlySignal<ReadonlySet<unknown>> = missing;

/** Whether a part of the page was asked for and couldn't be loaded: a deploy took it away, or there is no network. */
export const partIsMissing: ReadonlySignal<boolean> = computed(() => missing.value.size > 0);

/**
 * Loads a part of the page when it is needed; the only way to do so. Null where it can't be had, and then the
 * page says so: a browser may keep a failed module for as long as the page lives, so only a reload surely helps.
 * @param name tells the part from others, which say nothing of it when they can be had
 * @param isSaid whether the page says so
 */
export async function part<T>(
  load: () => Promise<T>,
  name: unknown = load,
  isSaid = true,
): Promise<T | null> {
  const others = (): unknown[] => [...missing.value].filter((one) => one !== name);
  try {
    const loaded = await load();
    if (missing.value.has(name)) missing.value = new Set(others());
    return loaded;
  } catch {
    if (isSaid) missing.value = new Set([...others(), name]);
    return null;
  }
}

/** Takes note that the reader has read of it. */
export function dismissMissingPart(): void {
  missing.value = new Set();
}
