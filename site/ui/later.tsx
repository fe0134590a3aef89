import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { part } from "./parts.ts";

/**
 * A component that is loaded when it is first shown; nothing stands in its place until then.
 * @param missing called where it can't be had
 */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  missing: (props: P) => void = () => {},
): ComponentType<P> {
  return function Later(props: P) {
    const loaded = useSignal<{ View: ComponentType<P> } | null>(null);
    useEffect(() => {
      void part(load).then((View) => {
        if (View === null) missing(props);
        else loaded.value = { View };
      });
    }, []);
    return loaded.value === null ? null : <loaded.value.View {...props} />;
  };
}
