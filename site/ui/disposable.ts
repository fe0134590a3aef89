import { useLayoutEffect, useMemo } from "preact/hooks";

/**
 * Makes a value during rendering, again whenever a dependency in `of` changes, and calls `end` once for each value. A
 * layout effect, because a component removed before it was painted would never run a plain effect's cleanup.
 */
export function useDisposable<T>(make: () => T, end: (made: T) => void, of: readonly unknown[]): T {
  const made = useMemo(make, of);
  useLayoutEffect(() => () => end(made), [made]);
  return made;
}
