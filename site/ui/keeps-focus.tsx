import { useLayoutEffect, useRef } from "preact/hooks";

/** Moves the focus to the page's content. */
export function focusMain(options?: FocusOptions): void {
  document.getElementById("main")?.focus(options);
}

/** Moves the focus to the page's content when the parent element is removed while it has the focus. */
export function KeepsFocus() {
  const here = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const within = here.current?.parentElement;
    return () => {
      if (within?.contains(document.activeElement)) focusMain({ preventScroll: true });
    };
  }, []);
  return <span ref={here} hidden />;
}
