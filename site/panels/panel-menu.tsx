import { SIZES } from "../../contract/feed.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { language } from "../i18n/i18n.ts";
import { Choice } from "../ui/choice.tsx";
import { Copy } from "../ui/copy.tsx";
import { MenuItem } from "../ui/menu.tsx";
import { Part } from "../ui/parts.ts";
import type { ExportFormat } from "./export.ts";
import type { PanelModel } from "./panel-model.ts";
import type { PanelView } from "./panel-view.ts";

/** The formats in which rows can be taken along, and their names. */
const EXPORTS: readonly (readonly [ExportFormat, string])[] = [
  ["csv", "CSV"],
  ["jsonl", "JSON Lines"],
  ["json", "JSON"],
];

/** What a panel's head and its menu are for, and what their reader can ask of the page around it. */
export interface PanelHeadProps {
  readonly panel: PanelModel;
  /** Whether it is the only panel that is shown, of several. */
  readonly isAlone: boolean;
  readonly onColumns: () => void;
  /** Shows this panel only, or all of them again. */
  readonly onAlone: () => void;
  /** Moves the panel before the one that stands before it, or behind the next. */
  readonly onMove: (by: -1 | 1) => void;
  /** Takes the panel away; null for those of the operator. */
  readonly onRemove: (() => void) | null;
}

/** What else can be done with a panel. */
export function PanelMenuItems(props: PanelHeadProps) {
  const { panel, isAlone, onColumns, onAlone, onMove, onRemove } = props;
  const { view, definition } = panel;
  const t = allTexts.value;
  const { id } = panel.feed;
  return (
    <>
      <MenuItem icon="columns" testId={`feed-${id}-columns`} onClick={onColumns}>
        {t.columns}
      </MenuItem>
      <MenuItem icon="expand" testId={`feed-${id}-only`} pressed={isAlone} onClick={onAlone}>
        {isAlone ? t.allFeeds : t.onlyThisFeed}
      </MenuItem>
      <MenuItem icon="up" testId={`feed-${id}-earlier`} onClick={() => onMove(-1)}>
        {t.panelEarlier}
      </MenuItem>
      <MenuItem icon="down" testId={`feed-${id}-later`} onClick={() => onMove(1)}>
        {t.panelLater}
      </MenuItem>
      <div class="menu__choices">
        <span>{t.panelSize}</span>
        <Choice
          id={`feed-${id}-size`}
          label={t.panelSize}
          value={view.size.value}
          options={SIZES.map((size) => [size, t.panelSizes[size]] as const)}
          onChoose={(size) => view.setSize(size)}
        />
      </div>
      {EXPORTS.map(([format, name]) => (
        <MenuItem
          key={format}
          icon="download"
          testId={`feed-${id}-export-${format}`}
          onClick={() => void exportShown(view, format)}
        >
          {t.exportAs(name)}
        </MenuItem>
      ))}
      {definition !== null && (
        <Copy
          isItem
          testId={`feed-${id}-definition`}
          text={() => definition}
          words={{ copy: t.copyDefinition }}
        />
      )}
      {onRemove !== null && (
        <MenuItem icon="close" testId={`feed-${id}-remove`} onClick={onRemove}>
          {t.removePanel}
        </MenuItem>
      )}
    </>
  );
}

const exports = new Part(() => import("./export.ts"));

async function exportShown(view: PanelView, format: ExportFormat): Promise<void> {
  const loaded = await exports.load();
  if (loaded === null) return;
  const name = `${view.store.feed.id}-${new Date().toISOString().replaceAll(":", "-")}.${format}`;
  loaded.download(name, loaded.fileOf(format, view.rows.value, view.columns.value, language.value));
}
