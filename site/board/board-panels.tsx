import "./board.css";
import type { ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ConnectionState } from "../../client/index.ts";
import type { Row } from "../panels/kept.ts";
import { Panel } from "../panels/panel.tsx";
import type { PanelModel } from "../panels/panel-model.ts";
import { onSized, remInPixels } from "../ui/width.ts";
import type { Board } from "./board.ts";
import { columnsFor } from "./columns-for.ts";
import type { OwnPanels } from "./own-panels.ts";
import { roomOf, spansOf } from "./spans.ts";

/** Scrolls a wall display by one screen at a time, and starts again at the top. */
function useRotation(box: RefObject<HTMLDivElement | null>, seconds: number | null): void {
  useEffect(() => {
    const main = box.current?.parentElement;
    if (main == null || seconds === null) return;
    const timer = setInterval(() => {
      const isAtEnd = main.scrollTop + main.clientHeight >= main.scrollHeight - 1;
      main.scrollTo({ top: isAtEnd ? 0 : main.scrollTop + main.clientHeight });
    }, seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
}

interface BoardProps {
  readonly board: Board;
  readonly state: ReadonlySignal<ConnectionState>;
  readonly own: OwnPanels;
  /** Opens the sheets that a panel leads to. */
  readonly openings: { columns(panel: PanelModel): void; row(panel: PanelModel, row: Row): void };
}

/** A panel with memoized actions, so that resizing the board doesn't render its rows again. */
function OnBoard(props: BoardProps & { panel: PanelModel; isAlone: boolean }) {
  const { panel, board, own, openings, ...shown } = props;
  const actions = useMemo(
    () => ({
      onColumns: () => openings.columns(panel),
      onAlone: () => board.alone(panel),
      onMove: (by: -1 | 1) => board.move(panel, by),
      onRemove: panel.definition === null ? null : () => own.remove(panel),
      onOpen: (row: Row) => openings.row(panel, row),
    }),
    [panel],
  );
  return <Panel panel={panel} {...shown} {...actions} />;
}

/** The panels in a grid whose columns suit their number and the window. */
export function BoardPanels(props: BoardProps) {
  const { board, state, own, openings } = props;
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const main = box.current?.parentElement;
    if (main == null) return;
    return onSized(main, () => {
      setSize({ width: main.clientWidth, height: main.clientHeight });
    });
  }, []);
  useRotation(box, board.look.value.rotateSeconds);
  const shown = board.shown.value;
  const revealed = board.revealed.value;
  useEffect(() => {
    const place = revealed === null ? -1 : shown.indexOf(revealed);
    if (place === -1) return;
    box.current?.children[place]?.scrollIntoView({ block: "nearest" });
    board.revealed.value = null;
  }, [revealed, shown]);
  const rem = remInPixels();
  const sizes = shown.map(({ view }) => view.size.value);
  const columns = columnsFor(roomOf(sizes), size.width / rem, size.height / rem);
  const spans = spansOf(sizes, columns);
  const isSome = shown.length < board.panels.value.length;
  return (
    <div class="board" ref={box} style={{ "--board-columns": columns }}>
      {shown.map((panel, index) => {
        const { columns = 1, lines = 1 } = spans[index] ?? {};
        return (
          <div class="board__one" key={panel.feed.id} style={{ "--span": columns, "--lines": lines }}>
            <OnBoard {...{ panel, board, state, own, openings, isAlone: isSome }} />
          </div>
        );
      })}
    </div>
  );
}
