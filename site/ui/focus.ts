/**
 * Gives the focus to what has opened.
 * @param opened what the focus is given back from: it, and all that is in it
 * @returns gives it back to where it was; who has gone on to something else by then stays there
 */
export function lendFocus(opened: HTMLElement | null, to: HTMLElement | null = opened): () => void {
  const before = document.activeElement;
  to?.focus();
  return () => {
    const isLeft = document.activeElement !== document.body && !opened?.contains(document.activeElement);
    if (!isLeft && before instanceof HTMLElement && before.isConnected) before.focus();
  };
}
