import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { onSized, widthNote } from "./width.ts";
import { keyTarget, nearest, windowOf } from "./window-of.ts";

/** A table of many rows of equal height that renders only the visible ones. */
export function VirtualTable(props: {
  labelledBy: string;
  /** The row of headings, which stays in view. */
  headings: ComponentChildren;
  count: number;
  rowHeight: number;
  /** Renders a row. Tab stops at one row only (`isStop`); the arrow keys lead to the others. */
  row: (index: number, isStop: boolean) => ComponentChildren;
  /** Whether a row has a button. */
  canOpen: (index: number) => boolean;
  onScrolled?: (fromTop: number) => void;
  /** Called at first and whenever the scrolling box is resized, with its inner width. */
  onSized?: (box: HTMLElement, insidePx: number) => void;
}) {
  const { count, rowHeight, row, canOpen, onScrolled } = props;
  const box = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [boxHeight, setBoxHeight] = useState(0);
  const [current, setCurrent] = useState(0);
  const toFocus = useRef<number | null>(null);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    return onSized(element, () => {
      const { clientWidth, clientHeight, offsetWidth } = element;
      const insidePx = Math.floor(element.getBoundingClientRect().width) - (offsetWidth - clientWidth);
      const noteWidth = widthNote(element);
      return () => {
        setBoxHeight(clientHeight);
        noteWidth();
        props.onSized?.(element, insidePx);
      };
    });
  }, []);

  useLayoutEffect(() => {
    if (toFocus.current === null) return;
    const button = box.current?.querySelector<HTMLElement>(`[aria-rowindex="${toFocus.current + 2}"] button`);
    button?.focus({ preventScroll: true });
    toFocus.current = null;
  });

  const { first, end } = windowOf(count, rowHeight, scrollTop, boxHeight);
  const inWindow = current >= first && current < end ? current : Math.ceil(scrollTop / rowHeight);
  const stop = nearest(inWindow, first, end, canOpen);
  const rows: ComponentChildren[] = [];
  for (let index = first; index < end; index += 1) rows.push(row(index, index === stop));

  const onKeyDown = (event: KeyboardEvent) => {
    const from = indexOf(event.target);
    const element = box.current;
    if (from === null || element === null) return;
    const page = Math.max(1, Math.floor(boxHeight / rowHeight) - 1);
    const to = keyTarget(event.key, from, page, count, canOpen);
    if (to === null) return;
    event.preventDefault();
    // The headings cover about a row at the top.
    const highest = to * rowHeight;
    const lowest = (to + 2) * rowHeight - boxHeight;
    element.scrollTop = Math.min(Math.max(element.scrollTop, lowest), highest);
    toFocus.current = to;
    setScrollTop(element.scrollTop);
    setCurrent(to);
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys move between the buttons inside
    <div
      class="scroller"
      ref={box}
      onKeyDown={onKeyDown}
      onFocusCapture={(event) => setCurrent(indexOf(event.target) ?? current)}
      onScroll={(event) => {
        setScrollTop(event.currentTarget.scrollTop);
        onScrolled?.(event.currentTarget.scrollTop);
      }}
    >
      {/* As high as all rows and the headings, so that the scroll bar has the right size. */}
      <div style={{ height: `${(count + 1) * rowHeight}px` }}>
        <table
          class="table"
          aria-labelledby={props.labelledBy}
          aria-rowcount={count + 1}
          style={{ marginTop: `${first * rowHeight}px` }}
        >
          <thead>{props.headings}</thead>
          <tbody>{rows}</tbody>
        </table>
      </div>
    </div>
  );
}

/** The index of the row that contains an element. */
function indexOf(target: EventTarget | null): number | null {
  const row = target instanceof Element ? target.closest("tbody [aria-rowindex]") : null;
  return row === null ? null : Number(row.getAttribute("aria-rowindex")) - 2;
}
