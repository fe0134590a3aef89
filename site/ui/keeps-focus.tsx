import { useLayoutEffect, useRef } from "preact/hooks";

/** Gives the focus to the page's content. */
export function focusMain(options?: FocusOptions): void {
  document.getElementById("main")?.focus(options);
}

/** Stands in what may go while the focus is in it: the page's content gets that then, and whoever has it isn't left on nothing. */
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
