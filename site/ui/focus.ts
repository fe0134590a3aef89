/**
 * Moves the focus to an element that has opened.
 * @param to the element to focus; null leaves the focus where it is
 * @returns a function that restores the focus, unless the reader has moved it outside `opened`
 */
export function lendFocus(opened: HTMLElement | null, to: HTMLElement | null = opened): () => void {
  const before = document.activeElement;
  to?.focus();
  return () => {
    const isLeft = document.activeElement !== document.body && !opened?.contains(document.activeElement);
    if (!isLeft && before instanceof HTMLElement && before.isConnected) before.focus();
  };
}
