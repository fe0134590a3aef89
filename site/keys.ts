import { useEffect, useRef } from "preact/hooks";

type KeyAction = "help" | "live" | "pause" | "filter";

/** The keys in the order in which help lists them. */
export const KEYS: ReadonlyMap<string, KeyAction> = new Map([
  ["?", "help"],
  ["l", "live"],
  ["p", "pause"],
  ["/", "filter"],
]);

/** The parts of a keyboard event that decide its action. */
export type Pressed = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "repeat" | "defaultPrevented"
>;

/** The action of a pressed key; null when the key belongs to the browser, or to a field that is typed in. */
export function actionOf(pressed: Pressed, isTyping: boolean): KeyAction | null {
  const { ctrlKey, metaKey, altKey, repeat, defaultPrevented } = pressed;
  if (isTyping || ctrlKey || metaKey || altKey || repeat || defaultPrevented) return null;
  return KEYS.get(pressed.key.toLowerCase()) ?? null;
}

/** Whether keys pressed in an element are text. */
function isTypedInto(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, select, textarea, [contenteditable]");
}

/** Runs the action of each pressed key, wherever the focus is. Escape also works in fields. */
export function useKeys(actions: { readonly [A in KeyAction | "escape"]: () => void }): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !isEscapeTaken(event)) latest.current.escape();
      const action = actionOf(event, isTypedInto(event.target));
      if (action === null) return;
      // Otherwise "/" would be typed into the field that gets the focus.
      event.preventDefault();
      latest.current[action]();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/**
 * Whether Escape already has another use: the browser closes an open menu, clears a search field, or cancels a
 * composition of several keys.
 */
function isEscapeTaken({ target, defaultPrevented, isComposing }: KeyboardEvent): boolean {
  const clearsSearch = target instanceof HTMLInputElement && target.type === "search" && target.value !== "";
  return defaultPrevented || isComposing || clearsSearch || document.querySelector(":popover-open") !== null;
}
