import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Part } from "./parts.ts";

/**
 * A component whose code is loaded when it is first rendered. It renders nothing until then.
 * @param Missing rendered if the code couldn't be loaded; by default only the page's note says so
 */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
  Missing: ComponentType<P> = () => null,
): ComponentType<P> {
  const part = new Part(load);
  return function Later(props: P) {
    const isMissing = useSignal(false);
    useEffect(() => {
      void part.load().then((loaded) => {
        isMissing.value = loaded === null;
      });
    }, []);
    const View = part.now.value ?? (isMissing.value ? Missing : null);
    return View === null ? null : <View {...props} />;
  };
}
