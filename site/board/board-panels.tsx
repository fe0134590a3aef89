import "./board.css";
import type { ReadonlySignal } from "@preact/signals";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ConnectionState } from "../../client/index.ts";
import type { Openings } from "../openings.tsx";
import { Panel } from "../panels/panel.tsx";
import type { Board } from "./board.ts";
import { columnsFor } from "./columns-for.ts";
import type { OwnPanels } from "./own-panels.ts";

/** The panels side by side, in as many columns as suit their number and the window. */
export function BoardPanels(props: {
  board: Board;
  state: ReadonlySignal<ConnectionState>;
  own: () => Promise<OwnPanels>;
  openings: Openings;
}) {
  const { board, state, own, openings } = props;
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const main = box.current?.parentElement;
    if (main == null) return;
    const measure = () => setSize({ width: main.clientWidth, height: main.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(main);
    return () => observer.disconnect();
  }, []);
  const shown = board.shown.value;
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const columns = columnsFor(shown.length, size.width / rem, size.height / rem);
  const isSome = shown.length < board.panels.value.length;
  return (
    <div class="board" ref={box} style={{ "--board-columns": columns }}>
      {shown.map((panel, index) => {
        // What is left of the last line is the last panel's.
        const isLast = index === shown.length - 1;
        const span = isLast ? columns - (index % columns) : 1;
        return (
          <div class="board__one" key={panel.feed.id} style={{ "--span": span }}>
            <Panel
              panel={panel}
              state={state}
              isAlone={isSome}
              onColumns={() => openings.columns(panel)}
              onAlone={() => board.alone(panel)}
              onRemove={
                panel.definition === null ? null : () => void own().then((all) => all.remove(panel.feed.id))
              }
              onOpen={(row) => openings.row(panel, row)}
            />
          </div>
        );
      })}
    </div>
  );
}
