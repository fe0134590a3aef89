import type { ConnectionState, Subscription } from "../../client/index.ts";
import { fillServer } from "../../client/index.ts";
import { formats, language, texts } from "../i18n/i18n.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Empty } from "../ui/empty.tsx";
import { Icon } from "../ui/icon.tsx";
import { Counts } from "./counts.tsx";
import { FeedRows } from "./feed-rows.tsx";
import type { FeedView } from "./feed-view.ts";
import type { Row } from "./holding.ts";

/** One feed: what it is, how it fares, and its events. */
export function FeedPanel(props: {
  view: FeedView;
  subscription: Subscription;
  state: ConnectionState;
  /** Read so that the panel is painted again. */
  tick: number;
  onOpen: (row: Row) => void;
}) {
  const { view, subscription, state } = props;
  const { feed, counts } = view.store;
  const titleId = `feed-${feed.id}-title`;
  const rows = view.rows();
  return (
    <section
      class="panel feed"
      data-testid={`feed-${feed.id}`}
      data-view={feed.view}
      aria-labelledby={titleId}
    >
      <header class="panel__head">
        <div class="panel__heading">
          <h2 class="panel__title" id={titleId}>
            {feed.title[language.value]}
          </h2>
          <code class="panel__subject">{feed.subject}</code>
        </div>
        <Freshness feedId={feed.id} lastAtMs={view.store.lastAtMs} />
      </header>
      <Counts feedId={feed.id} counts={counts} />
      <Denied subscription={subscription} />
      {rows.length === 0 ? (
        <NothingYet state={state} subject={feed.subject} />
      ) : (
        <FeedRows view={view} rows={rows} onOpen={props.onOpen} />
      )}
    </section>
  );
}

function Freshness({ feedId, lastAtMs }: { feedId: string; lastAtMs: number | null }) {
  const t = texts.value;
  // The clock's second may have begun before the event arrived: no event is younger than now.
  const words =
    lastAtMs === null
      ? t.feedNoEvent
      : t.feedLastEvent(formats.value.age(Math.max(0, nowSecondMs.value - lastAtMs)));
  return (
    <p class="panel__note" data-testid={`feed-${feedId}-last`}>
      {words}
    </p>
  );
}

function Denied({ subscription }: { subscription: Subscription }) {
  const { status, fault } = subscription;
  if (status !== "denied" || fault === null) return null;
  const t = texts.value;
  return (
    <p class="panel__fault">
      <Icon name="alert" />
      <span>
        <strong>{t.feedDenied}</strong>{" "}
        {fillServer(t.explanations[fault.explanation].fix, fault.evidence.server)}
      </span>
    </p>
  );
}

function NothingYet({ state, subject }: { state: ConnectionState; subject: string }) {
  const t = texts.value;
  switch (state.status) {
    case "live":
      return <Empty icon="live" title={t.feedEmptyWaiting} hint={t.feedEmptyWaitingHint(subject)} />;
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
