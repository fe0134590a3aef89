import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { lazyPart } from "./lazy-part.ts";

/**
 * A component that is loaded when it is first shown; nothing stands in its place until then.
 * @param missing called where it can't be had
 */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  missing: (props: P) => void = () => {},
): ComponentType<P> {
  const { now, load: loadOnce } = lazyPart<ComponentType<P> | null>(null, load);
  return function Later(props: P) {
    useEffect(() => {
      void loadOnce().then(() => now.peek() === null && missing(props));
    }, []);
    const View = now.value;
    return View === null ? null : <View {...props} />;
  };
}
