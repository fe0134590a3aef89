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

/** The export formats and their names. */
const EXPORTS: readonly (readonly [ExportFormat, string])[] = [
  ["csv", "CSV"],
  ["jsonl", "JSON Lines"],
  ["json", "JSON"],
];

/** A panel, and what its head and its menu can ask of the page. */
export interface PanelHeadProps {
  readonly panel: PanelModel;
  /** Whether only this panel of several is shown. */
  readonly isAlone: boolean;
  readonly onColumns: () => void;
  /** Shows only this panel, or all panels again. */
  readonly onAlone: () => void;
  /** Moves the panel one place up (-1) or down (1). */
  readonly onMove: (by: -1 | 1) => void;
  /** Removes the panel; null for panels of the operator, which can't be removed. */
  readonly onRemove: (() => void) | null;
}

/** The items of a panel's menu. */
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
