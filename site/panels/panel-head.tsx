import { formats, language, texts } from "../i18n/i18n.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Icon } from "../ui/icon.tsx";
import { later } from "../ui/later.tsx";
import { Menu } from "../ui/menu.tsx";
import { ENOUGH_EVENTS } from "./columns.ts";
import { Counts } from "./counts.tsx";
import { NotLoaded } from "./not-loaded.tsx";
import type { PanelHeadProps } from "./panel-menu.tsx";
import type { PanelModel } from "./panel-model.ts";
import type { PanelView } from "./panel-view.ts";
import { Sparkline } from "./sparkline.tsx";

// Loaded with the first menu that is opened.
const PanelMenuItems = later(async () => (await import("./panel-menu.tsx")).PanelMenuItems, NotLoaded);

const MissingNote = later(async () => (await import("./missing-note.tsx")).MissingNote);
const AlertLine = later(async () => (await import("./alert-line.tsx")).AlertLine);

/** A panel's head, in two lines: title, freshness, rate and menu; subject, counts and filter. */
export function PanelHead(props: PanelHeadProps) {
  const { panel } = props;
  const { feed, view } = panel;
  const title = feed.title[language.value];
  return (
    <header class="panel__head">
      <h2 class="panel__title" id={`feed-${feed.id}-title`}>
        {title}
      </h2>
      <Pulse panel={panel} />
      <div class="panel__tools">
        <PauseButton view={view} title={title} />
        <Menu icon="more" label={texts.value.panelMenu(title)} testId={`feed-${feed.id}-menu`}>
          <PanelMenuItems {...props} />
        </Menu>
      </div>
      <div class="panel__line">
        <code class="panel__subject" title={feed.subject}>
          {feed.subject}
        </code>
        <Counts panelId={feed.id} counts={view.counts.value} />
        <Filter view={view} title={title} />
      </div>
      {panel.alerts.value.length > 0 && <AlertLine panel={panel} />}
      <FilterNotes view={view} />
      {feed.columns.length > 0 && panel.store.snapshot.value.counts.shown >= ENOUGH_EVENTS && (
        <MissingNote panel={panel} />
      )}
    </header>
  );
}

/** How old the last event is, and the rate of messages. */
function Pulse({ panel }: { panel: PanelModel }) {
  const { feed, store } = panel;
  // Subscribes to snapshots: each arrival publishes one, and the pace and rate below aren't signals.
  store.snapshot.value;
  const t = texts.value;
  const f = formats.value;
  const { lastAtMs, usualMs } = store.pace;
  const now = nowSecondMs.value;
  const isStale = store.pace.isStale(now);
  const words = lastAtMs === null ? t.feedNoEvent : t.feedLastEvent(f.age(now - lastAtMs));
  const usual = usualMs === null ? null : t.feedUsually(f.duration(usualMs));
  return (
    <div class="panel__pulse" data-stale={isStale} title={usual ?? undefined}>
      <span class="freshness" data-testid={`feed-${feed.id}-last`} data-stale={isStale}>
        {words}
        {usual !== null && <span class="visually-hidden">, {usual}</span>}
      </span>
      <Sparkline rate={store.rate} />
      <span class="panel__rate">{t.perSecond(f.number(store.rate.perSecond(now)))}</span>
    </div>
  );
}

function Filter({ view, title }: { view: PanelView; title: string }) {
  const t = texts.value;
  return (
    <label class="search">
      <span class="visually-hidden">{t.filterLabel(title)}</span>
      <Icon name="search" />
      <input
        class="search__input"
        type="search"
        placeholder={t.filterPlaceholder}
        title={t.filterHint}
        value={view.filter.value}
        data-testid={`feed-${view.store.feed.id}-filter`}
        onInput={(event) => view.setFilter(event.currentTarget.value)}
      />
    </label>
  );
}

/** What is wrong with the filter; its valid terms still act. */
function FilterNotes({ view }: { view: PanelView }) {
  const t = texts.value;
  const words = [
    ...view.parsedFilter.value.problems.map((problem) => {
      if (problem.kind === "nothing-beside-or") return t.filterNothingBesideOr;
      return problem.kind === "unclosed-quote"
        ? t.filterUnclosed(problem.at)
        : t.filterNoNumber(problem.at, problem.value);
    }),
    ...view.unknownFields.value.map((field) => t.filterUnknownField(field)),
  ];
  if (words.length === 0) return null;
  return (
    <p class="panel__notes" role="status" data-testid={`feed-${view.store.feed.id}-filter-notes`}>
      {words.join(" ")}
    </p>
  );
}

function PauseButton({ view, title }: { view: PanelView; title: string }) {
  const t = texts.value;
  const paused = view.paused.value;
  return (
    <button
      type="button"
      class="button button--quiet button--small"
      aria-pressed={paused}
      title={paused ? t.resume : t.pause}
      aria-label={`${t.pause}: ${title}`}
      data-testid={`feed-${view.store.feed.id}-pause`}
      onClick={() => (paused ? view.release("paused") : view.hold("paused"))}
    >
      <Icon name={paused ? "play" : "pause"} />
    </button>
  );
}
