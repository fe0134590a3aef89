import { useLayoutEffect, useMemo } from "preact/hooks";

/**
 * What is made while its component is rendered, and anew when one of `of` is another; `end` is called once for each. Not by
 * an effect that waits for the painting: a component that leaves before would never end what it made.
 */
export function useEnding<T>(make: () => T, end: (made: T) => void, of: readonly unknown[]): T {
  const made = useMemo(make, of);
  useLayoutEffect(() => () => end(made), [made]);
  return made;
}
