import { useEffect, useRef } from "preact/hooks";
import { actionOf, isTypedInto, type KeyAction } from "./keys.ts";

/** Does what is asked for by keyboard, wherever the focus is; Escape also where it is typed in. */
export function useKeys(actions: { readonly [A in KeyAction | "escape"]: () => void }): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !isTakenAlready(event)) latest.current.escape();
      const action = actionOf(event, isTypedInto(event.target));
      if (action === null) return;
      // "/" would be typed into the field that it moves to.
      event.preventDefault();
      latest.current[action]();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/**
 * Whether Escape is somebody else's: the browser closes an open menu with it, empties a search that is typed in, and gives
 * up a letter that is composed of several keys.
 */
function isTakenAlready({ target, defaultPrevented, isComposing }: KeyboardEvent): boolean {
  const empties = target instanceof HTMLInputElement && target.type === "search" && target.value !== "";
  return defaultPrevented || isComposing || empties || document.querySelector(":popover-open") !== null;
}
