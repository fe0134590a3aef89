import { language } from "../i18n/i18n.ts";
import { allTexts } from "../i18n/sheets.ts";
import { MenuItem } from "../ui/menu.tsx";
import { part } from "../ui/parts.ts";
import type { PanelModel } from "./panel-model.ts";
import type { PanelView } from "./panel-view.ts";

/** What a panel's reader can ask of the page around it. */
export interface PanelActions {
  readonly onColumns: () => void;
  /** Shows this panel only, or all of them again. */
  readonly onAlone: () => void;
  /** Takes the panel away; null for those of the operator. */
  readonly onRemove: (() => void) | null;
}

/** What a panel's menu is for. */
export interface PanelMenuProps extends PanelActions {
  readonly panel: PanelModel;
  readonly title: string;
  /** Whether it is the only panel that is shown, of several. */
  readonly isAlone: boolean;
}

/** What else can be done with a panel. */
export function PanelMenuItems(props: PanelMenuProps) {
  const { panel, isAlone, onColumns, onAlone, onRemove } = props;
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
      {(["csv", "json"] as const).map((format) => (
        <MenuItem
          key={format}
          icon="download"
          testId={`feed-${id}-export-${format}`}
          onClick={() => void exportShown(view, format)}
        >
          {t.exportAs(format.toUpperCase())}
        </MenuItem>
      ))}
      {definition !== null && (
        <MenuItem
          icon="copy"
          testId={`feed-${id}-definition`}
          onClick={() => void navigator.clipboard?.writeText(definition)}
        >
          {t.copyDefinition}
        </MenuItem>
      )}
      {onRemove !== null && (
        <MenuItem icon="close" testId={`feed-${id}-remove`} onClick={onRemove}>
          {t.removePanel}
        </MenuItem>
      )}
    </>
  );
}

async function exportShown(view: PanelView, format: "csv" | "json"): Promise<void> {
  const loaded = await part(() => import("./export.ts"));
  if (loaded === null) return;
  const { download, toCsv, toJson } = loaded;
  const rows = view.rows.value;
  const file = format === "csv" ? toCsv(view.columns.value, rows, language.value) : toJson(rows);
  const name = `${view.store.feed.id}-${new Date().toISOString().replaceAll(":", "-")}.${format}`;
  download(name, file);
}
