import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { windowOf } from "./window-of.ts";

/** A table of many rows of one height, of which only the visible ones are laid out. */
export function VirtualTable(props: {
  labelledBy: string;
  /** The row of headings; it stays in view. */
  headings: ComponentChildren;
  count: number;
  rowHeight: number;
  /** Lays out the row at a place in the table. */
  row: (index: number) => ComponentChildren;
  onScrolled?: (fromTop: number) => void;
}) {
  const { count, rowHeight, row, onScrolled } = props;
  const box = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [boxHeight, setBoxHeight] = useState(0);

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    setBoxHeight(element.clientHeight);
    const observer = new ResizeObserver(() => setBoxHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const { first, end } = windowOf(count, rowHeight, scrollTop, boxHeight);
  const rows: ComponentChildren[] = [];
  for (let index = first; index < end; index += 1) rows.push(row(index));

  return (
    <div
      class="scroller"
      ref={box}
      onScroll={(event) => {
        setScrollTop(event.currentTarget.scrollTop);
        onScrolled?.(event.currentTarget.scrollTop);
      }}
    >
      {/* As high as all rows with the headings, so that the scroll bar tells the truth. */}
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
