/** What a key does, by name. */
export type KeyAction = "help" | "live" | "pause" | "filter";

const KEYS: { readonly [key: string]: KeyAction } = { "?": "help", l: "live", p: "pause", "/": "filter" };

/** The keys in the order in which help lists them. */
export const KEY_LIST = Object.entries(KEYS);

/** What is known of a pressed key. */
export type Pressed = Pick<
  KeyboardEvent,
  "key" | "ctrlKey" | "metaKey" | "altKey" | "repeat" | "defaultPrevented"
>;

/** What a pressed key asks for; null where it is someone else's: the browser's, or a field's that is typed in. */
export function actionOf(pressed: Pressed, isTyping: boolean): KeyAction | null {
  const { ctrlKey, metaKey, altKey, repeat, defaultPrevented } = pressed;
  if (isTyping || ctrlKey || metaKey || altKey || repeat || defaultPrevented) return null;
  const key = pressed.key.toLowerCase();
  return Object.hasOwn(KEYS, key) ? (KEYS[key] ?? null) : null;
}

/** Whether keys that are pressed in an element are text. */
export function isTypedInto(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, select, textarea, [contenteditable]");
}
