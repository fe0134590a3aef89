import { type ReadonlySignal, signal } from "@preact/signals";

const missing = signal(false);

/** Whether a part of the page was asked for and couldn't be loaded: a deploy took it away, or there is no network. */
export const partIsMissing: ReadonlySignal<boolean> = missing;

/**
 * Loads a part of the page when it is needed; the only way to do so. Null where it can't be had, and then the
 * page says so: a browser may keep a failed module for as long as the page lives, so only a reload helps.
 */
export async function part<T>(load: () => Promise<T>): Promise<T | null> {
  try {
    const loaded = await load();
    missing.value = false;
    return loaded;
  } catch {
    missing.value = true;
    return null;
  }
}

/** Takes note that the reader has read of it. */
export function dismissMissingPart(): void {
  missing.value = false;
}
