import "./panel.css";
import type { ReadonlySignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ConnectionState } from "../../client/index.ts";
import { texts } from "../i18n/i18n.ts";
import { Boundary } from "../ui/boundary.tsx";
import { Empty } from "../ui/empty.tsx";
import { later } from "../ui/later.tsx";
import { onSized, widthNote } from "../ui/width.ts";
import type { Row } from "./kept.ts";
import { Failure, NotLoaded } from "./not-loaded.tsx";
import { PanelHead } from "./panel-head.tsx";
import type { PanelHeadProps } from "./panel-menu.tsx";
import type { Interest, PanelModel } from "./panel-model.ts";
import { newsWords, Rows } from "./rows.tsx";

// Most panels never need these.
const NumberPanel = later(async () => (await import("./number-panel.tsx")).NumberPanel, NotLoaded);
const Trouble = later(
  async () => (await import("./trouble.tsx")).Trouble,
  ({ panel, isEmpty }) => (isEmpty && isLost(panel.interest.value) ? <NotLoaded /> : null),
);

interface PanelProps extends PanelHeadProps {
  readonly state: ReadonlySignal<ConnectionState>;
  readonly onOpen: (row: Row) => void;
}

/** A panel, with its head and its body. An error in it affects no other panel. */
export function Panel(props: PanelProps) {
  const { feed, view } = props.panel;
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const panel = box.current;
    if (panel !== null) return onSized(panel, () => widthNote(panel));
  }, []);
  return (
    <section
      class="panel feed"
      ref={box}
      data-testid={`feed-${feed.id}`}
      data-view={feed.view}
      data-columns={view.fields.value === null ? "own" : "chosen"}
      aria-labelledby={`feed-${feed.id}-title`}
    >
      <Boundary
        of={props.panel}
        fallback={(_, again) => (
          <Failure title={texts.value.brokenPanel} action={texts.value.showAgain} onAction={again} />
        )}
      >
        <PanelHead {...props} />
        <PanelBody {...props} />
      </Boundary>
    </section>
  );
}

/** A panel's rows or numbers, or why there are none. */
export function PanelBody({ panel, state, onOpen }: Pick<PanelProps, "panel" | "state" | "onOpen">) {
  const { feed, view, interest } = panel;
  const isNumbers = feed.view === "chart" || feed.view === "value";
  // Numbers include events that arrived during a pause and aren't among the rows.
  const isEmpty = view.rows.value.length === 0 && !(isNumbers && view.counts.value.shown > 0);
  return (
    <>
      {state.value.status === "live" && isTroubled(interest.value) && (
        <Trouble panel={panel} isEmpty={isEmpty && view.rowFilter.value === null} />
      )}
      {isEmpty ? (
        <NothingToShow panel={panel} state={state.value} />
      ) : isNumbers ? (
        <NumberPanel panel={panel} />
      ) : (
        <Rows view={view} onOpen={onOpen} />
      )}
    </>
  );
}

/** Whether messages stay away until somebody fixes permissions or the stream. */
const isLost = ({ status, stream }: Interest) => status === "denied" || stream?.state === "unreadable";

const isTroubled = (interest: Interest) =>
  isLost(interest) || interest.fault !== null || interest.stream?.state === "waiting";

/** Whether all published messages arrive. */
const isFollowed = ({ status, stream }: Interest) =>
  status === "active" && (stream === null || stream.state === "current");

/** A placeholder while the subscription is being set up. */
function Skeleton({ words }: { words: string }) {
  return (
    <div class="skeleton" data-testid="skeleton">
      <p class="visually-hidden">{words}</p>
    </div>
  );
}

function NothingToShow({ panel, state }: { panel: PanelModel; state: ConnectionState }) {
  const { feed, view, interest } = panel;
  const t = texts.value;
  // Events that are counted but not among the rows arrived during a pause.
  if (view.counts.value.shown > 0) {
    return <Empty icon="pause" title={t.feedEmptyPaused} hint={newsWords(view.news.value)} />;
  }
  if (view.rowFilter.value !== null) {
    const wanted = [view.filter.value, view.trace.value ?? ""].filter((one) => one !== "").join(" ");
    return <Empty icon="search" title={t.feedEmptyFiltered} hint={t.feedEmptyFilteredHint(wanted)} />;
  }
  switch (state.status) {
    case "live":
      if (isLost(interest.value)) return null;
      if (!isFollowed(interest.value)) return <Skeleton words={t.feedEmptyAsking(feed.subject)} />;
      return <Empty icon="live" title={t.feedEmptyWaiting} hint={t.feedEmptyWaitingHint(feed.subject)} />;
    case "connecting":
      return state.failedAttempts > 0 ? (
        <Empty icon="offline" title={t.feedEmptyDown} hint={t.feedEmptyUntilLiveHint} />
      ) : (
        <Skeleton words={`${t.feedEmptyConnecting}. ${t.feedEmptyUntilLiveHint}`} />
      );
    case "reconnecting":
    case "failed":
      return <Empty icon="offline" title={t.feedEmptyDown} hint={t.feedEmptyUntilLiveHint} />;
    default:
      return <Empty icon="power" title={t.feedEmptyOff} hint={t.feedEmptyOffHint} />;
  }
}
