import type { ConnectionState, Subscription } from "../../client/index.ts";
import { Denied } from "../connection/denied.tsx";
import { formats, language, texts } from "../i18n/i18n.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Empty } from "../ui/empty.tsx";
import { Counts } from "./counts.tsx";
import { FeedRows, newsWords } from "./feed-rows.tsx";
import type { FeedView } from "./feed-view.ts";
import type { Row } from "./holding.ts";
import type { Pace } from "./pace.ts";
import type { Repaint } from "./repaint.ts";
import { Sparkline } from "./sparkline.tsx";
import { Toolbar } from "./toolbar.tsx";

interface PanelProps {
  view: FeedView;
  subscription: Subscription;
  state: ConnectionState;
  repaint: Repaint;
  /** Whether it is the only feed that is shown. */
  isAlone: boolean;
  onOpen: (row: Row) => void;
  onColumns: () => void;
  /** Shows this feed only, or all of them again. */
  onAlone: () => void;
}

/**
 * One feed: what it is, how it fares, and its events. What paints itself again is inside and not
 * this: the parent keeps the vnode that it made, and with it Preact (11.2) keeps the first of all
 * paints, from which the vnodes that were skipped lead to later ones.
 */
export function FeedPanel(props: PanelProps) {
  return <PaintedPanel {...props} />;
}

function PaintedPanel(props: PanelProps) {
  const { view, subscription, state, isAlone, onColumns, onAlone } = props;
  props.repaint.tick.value;
  const { feed, pace, rate } = view.store;
  const titleId = `feed-${feed.id}-title`;
  view.layOut();
  return (
    <section
      class="panel feed"
      data-testid={`feed-${feed.id}`}
      data-view={feed.view}
      data-columns={view.fields.value === null ? "own" : "chosen"}
      style={{ "--columns": view.columns().length }}
      aria-labelledby={titleId}
    >
      <header class="panel__head">
        <div class="panel__heading">
          <h2 class="panel__title" id={titleId}>
            {feed.title[language.value]}
          </h2>
        </div>
        <Toolbar {...{ view, isAlone, onColumns, onAlone }} />
      </header>
      <div class="panel__bar">
        <Counts feedId={feed.id} counts={view.counts()} />
        <code class="panel__subject">{feed.subject}</code>
        <div class="panel__pulse" data-stale={pace.isStale(nowSecondMs.value)}>
          <Freshness feedId={feed.id} pace={pace} />
          <Sparkline rate={rate} />
        </div>
      </div>
      <Denied subscription={subscription} testId={`feed-${feed.id}-denied`} />
      {view.laidOut.length === 0 ? (
        <NothingToShow view={view} state={state} />
      ) : (
        <FeedRows view={view} news={view.news()} onOpen={props.onOpen} />
      )}
    </section>
  );
}

function Freshness({ feedId, pace }: { feedId: string; pace: Pace }) {
  const t = texts.value;
  const { lastAtMs, usualMs } = pace;
  const now = nowSecondMs.value;
  // The clock's second may have begun before the event arrived: no event is younger than now.
  const words =
    lastAtMs === null ? t.feedNoEvent : t.feedLastEvent(formats.value.age(Math.max(0, now - lastAtMs)));
  return (
    <p class="freshness" data-testid={`feed-${feedId}-last`} data-stale={pace.isStale(now)}>
      {words}
      {usualMs !== null && `, ${t.feedUsually(formats.value.duration(usualMs))}`}
    </p>
  );
}

function NothingToShow({ view, state }: { view: FeedView; state: ConnectionState }) {
  const t = texts.value;
  const filter = view.filter.value;
  if (filter !== "") {
    return <Empty icon="search" title={t.feedEmptyFiltered} hint={t.feedEmptyFilteredHint(filter)} />;
  }
  if (view.paused.value) {
    return <Empty icon="pause" title={t.feedEmptyPaused} hint={newsWords(view.news())} />;
  }
  switch (state.status) {
    case "live":
      return (
        <Empty
          icon="live"
          title={t.feedEmptyWaiting}
          hint={t.feedEmptyWaitingHint(view.store.feed.subject)}
        />
      );
    case "connecting":
      return state.failedAttempts > 0 ? (
        <Empty icon="offline" title={t.feedEmptyDown} hint={t.feedEmptyDownHint} />
      ) : (
        <Empty icon="spinner" spinning title={t.feedEmptyConnecting} hint={t.feedEmptyConnectingHint} />
      );
    case "reconnecting":
    case "failed":
      return <Empty icon="offline" title={t.feedEmptyDown} hint={t.feedEmptyDownHint} />;
    default:
      return <Empty icon="power" title={t.feedEmptyOff} hint={t.feedEmptyOffHint} />;
  }
}
