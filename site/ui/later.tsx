import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Part } from "./parts.ts";

/** A component that is loaded when it is first shown; nothing stands in its place until then. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const part = new Part(load);
  return function Later(props: P) {
    useEffect(() => void part.load(), []);
    const View = part.now.value;
    return View === null ? null : <View {...props} />;
  };
}
