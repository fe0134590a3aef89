import type { ComponentChildren } from "preact";
import { language, texts } from "../i18n/i18n.ts";
import { Icon } from "../ui/icon.tsx";
import type { FeedView } from "./feed-view.ts";

/** What a reader can do with a feed: look for something, pause it, choose what is shown, take it along. */
export function Toolbar(props: {
  view: FeedView;
  isAlone: boolean;
  onColumns: () => void;
  onAlone: () => void;
}) {
  const { view, isAlone, onColumns, onAlone } = props;
  const t = texts.value;
  const { feed } = view.store;
  const title = feed.title[language.value];
  const paused = view.paused.value;
  return (
    <div class="toolbar">
      <label class="search">
        <span class="visually-hidden">{t.filterLabel(title)}</span>
        <Icon name="search" />
        <input
          class="search__input"
          type="search"
          placeholder={t.filterPlaceholder}
          title={t.filterHint}
          value={view.filter.value}
          data-testid={`feed-${feed.id}-filter`}
          onInput={(event) => view.setFilter(event.currentTarget.value)}
        />
      </label>
      <ToolButton
        pressed={paused}
        hint={paused ? t.resume : t.pause}
        label={`${t.pause}: ${title}`}
        testId={`feed-${feed.id}-pause`}
        onClick={() => (paused ? view.release("paused") : view.hold("paused"))}
      >
        <Icon name={paused ? "play" : "pause"} />
      </ToolButton>
      <ToolButton
        hint={t.columns}
        label={`${t.columns}: ${title}`}
        testId={`feed-${feed.id}-columns`}
        onClick={onColumns}
      >
        <Icon name="columns" />
      </ToolButton>
      <ToolButton
        pressed={isAlone}
        hint={isAlone ? t.allFeeds : t.onlyThisFeed}
        label={`${t.onlyThisFeed}: ${title}`}
        testId={`feed-${feed.id}-only`}
        onClick={onAlone}
      >
        <Icon name="expand" />
      </ToolButton>
      {(["csv", "json"] as const).map((format) => (
        <ToolButton
          key={format}
          hint={t.exportAs(format.toUpperCase())}
          label={`${t.exportAs(format.toUpperCase())}: ${title}`}
          testId={`feed-${feed.id}-export-${format}`}
          onClick={() => void exportShown(view, format)}
        >
          {format.toUpperCase()}
        </ToolButton>
      ))}
    </div>
  );
}

function ToolButton(props: {
  hint: string;
  label: string;
  testId: string;
  pressed?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class="button button--quiet button--small"
      aria-pressed={props.pressed}
      title={props.hint}
      aria-label={props.label}
      data-testid={props.testId}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}

async function exportShown(view: FeedView, format: "csv" | "json"): Promise<void> {
  const { download, toCsv, toJson } = await import("./export.ts");
  const { feed } = view.store;
  const rows = view.rows();
  const text = format === "csv" ? toCsv(view.columns(), rows) : toJson(rows);
  download(`${feed.id}-${new Date().toISOString().replaceAll(":", "-")}.${format}`, text, format);
}
