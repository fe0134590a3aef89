import { language, texts } from "../i18n/i18n.ts";
import { Icon } from "../ui/icon.tsx";
import type { FeedView } from "./feed-view.ts";

/** What a reader can do with a feed: look for something, pause it, take it along. */
export function Toolbar({ view }: { view: FeedView }) {
  const t = texts.value;
  const { feed } = view.store;
  const paused = view.paused.value;
  return (
    <div class="toolbar">
      <label class="search">
        <span class="visually-hidden">{t.filterLabel(feed.title[language.value])}</span>
        <Icon name="search" />
        <input
          class="search__input"
          type="search"
          placeholder={t.filterPlaceholder}
          value={view.filter.value}
          data-testid={`feed-${feed.id}-filter`}
          onInput={(event) => view.setFilter(event.currentTarget.value)}
        />
      </label>
      <button
        type="button"
        class="button button--quiet button--small"
        aria-pressed={paused}
        title={paused ? t.resume : t.pause}
        aria-label={`${t.pause}: ${feed.title[language.value]}`}
        data-testid={`feed-${feed.id}-pause`}
        onClick={() => (paused ? view.release("paused") : view.hold("paused"))}
      >
        <Icon name={paused ? "play" : "pause"} />
      </button>
      {(["csv", "json"] as const).map((format) => (
        <button
          key={format}
          type="button"
          class="button button--quiet button--small"
          title={t.exportAs(format.toUpperCase())}
          aria-label={`${t.exportAs(format.toUpperCase())}: ${feed.title[language.value]}`}
          data-testid={`feed-${feed.id}-export-${format}`}
          onClick={() => void exportShown(view, format)}
        >
          {format.toUpperCase()}
        </button>
      ))}
    </div>
  );
}

async function exportShown(view: FeedView, format: "csv" | "json"): Promise<void> {
  const { download, toCsv, toJson } = await import("./export.ts");
  const { feed } = view.store;
  const rows = view.rows();
  const text = format === "csv" ? toCsv(feed, rows) : toJson(rows);
  download(`${feed.id}-${new Date().toISOString().replaceAll(":", "-")}.${format}`, text, format);
}
