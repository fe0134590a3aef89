import { useEffect, useRef } from "preact/hooks";

/** What a key does, by name. */
type KeyAction = "help" | "live" | "pause" | "filter";

/** The keys in the order in which help lists them. */
export const KEYS: ReadonlyMap<string, KeyAction> = new Map([
  ["?", "help"],
  ["l", "live"],
  ["p", "pause"],
  ["/", "filter"],
]);

/** What is known of a pressed key. */
export type Pressed = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "repeat" | "defaultPrevented"
>;

/** What a pressed key asks for; null where it is someone else's: the browser's, or a field's that is typed in. */
export function actionOf(pressed: Pressed, isTyping: boolean): KeyAction | null {
  const { ctrlKey, metaKey, altKey, repeat, defaultPrevented } = pressed;
  if (isTyping || ctrlKey || metaKey || altKey || repeat || defaultPrevented) return null;
  return KEYS.get(pressed.key.toLowerCase()) ?? null;
}

/** Whether keys that are pressed in an element are text. */
function isTypedInto(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, select, textarea, [contenteditable]");
}

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
