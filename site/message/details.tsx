import "./message.css";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Board } from "../board/board.ts";
import { pathOf, timeOf } from "../content/path.ts";
import { bytesOf, previewOf } from "../content/payload-text.ts";
import { shortenedKey } from "../content/write-json.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats, language } from "../i18n/i18n.ts";
import type { FeedEvent, MalformedMessage } from "../panels/entry.ts";
import type { KeyedRow } from "../panels/kept.ts";
import type { PanelModel } from "../panels/panel-model.ts";
import { problemText } from "../panels/problem-text.ts";
import { Check } from "../ui/check.tsx";
import { Fact } from "../ui/facts.tsx";
import { Icon } from "../ui/icon.tsx";
import { Block, Sheet } from "../ui/sheet.tsx";
import { Comparison } from "./comparison.tsx";
import { History } from "./history.tsx";
import { MessageFacts } from "./message-facts.tsx";
import { PayloadViews } from "./payload-views.tsx";
import { eventsWithTrace, TraceList } from "./trace-list.tsx";

/** Fields with long text, which are shown as prose under these headings. */
const PROSE = [
  [pathOf("prompt"), "detailPrompt"],
  [pathOf("response"), "detailResponse"],
] as const;
const MAX_PROSE = 64 * 1024;

/** What the details need of the page. */
export interface DetailsProps {
  readonly board: Board;
  readonly panel: PanelModel;
  readonly onOpen: (panel: PanelModel, event: FeedEvent) => void;
  readonly onClose: () => void;
}

/** A sheet with the details of an event or a malformed message. */
export function EntryDetails(props: DetailsProps & EntryProps) {
  return (
    <Sheet title={props.panel.feed.title[language.value]} testId="details" onClose={props.onClose}>
      <EntryBlocks {...props} />
    </Sheet>
  );
}

interface EntryProps {
  readonly entry: FeedEvent | MalformedMessage;
}

/** The contents of `EntryDetails`, without the sheet. */
export function EntryBlocks(props: DetailsProps & EntryProps) {
  const { panel, entry } = props;
  useOpenMark(panel, entry.seq);
  return entry.kind === "malformed" ? (
    <MalformedDetails panelId={panel.feed.id} entry={entry} />
  ) : (
    <EventDetails {...props} event={entry} />
  );
}

/** A sheet with the events of one key. It keeps showing the same event until its reader asks for newer ones. */
export function KeyDetails(props: DetailsProps & { keyOf: string }) {
  const { panel, keyOf } = props;
  const t = allTexts.value;
  const { store } = panel;
  const latest = useComputed(() =>
    store.snapshot.value.rows.find((row): row is KeyedRow => row.kind === "keyed" && row.key === keyOf),
  );
  const read = useSignal(latest.peek());
  const follows = useSignal(false);
  useOpenMark(panel, keyOf);
  useEffect(() => {
    if (follows.value || read.peek() === undefined) read.value = latest.value;
  }, [latest.value, follows.value]);
  const row = read.value;
  const newer = latest.value;
  const isBehind = row !== undefined && newer !== undefined && newer.latest.seq !== row.latest.seq;
  return (
    <Sheet title={shortenedKey(keyOf)} testId="details" onClose={props.onClose}>
      <div class="toolbar" data-testid="details-newer" data-behind={isBehind}>
        <Check
          label={t.detailFollow}
          isChecked={follows.value}
          testId="details-follow"
          onChange={(isWanted) => {
            follows.value = isWanted;
          }}
        />
        {isBehind && (
          <button
            type="button"
            class="button button--small"
            data-testid="details-show-newer"
            onClick={() => {
              read.value = newer;
            }}
          >
            {t.detailNewer(formats.value.time(timeOf(newer.latest)))}
          </button>
        )}
      </div>
      {row === undefined ? (
        <p class="note">{t.detailNotThere}</p>
      ) : (
        <>
          <EventDetails {...props} event={row.latest} />
          <History view={panel.view} row={row} />
        </>
      )}
    </Sheet>
  );
}

/** Marks a row in its panel as open while its details are shown. */
function useOpenMark(panel: PanelModel, what: string | number): void {
  useEffect(() => {
    panel.view.open.value = what;
    return () => {
      if (panel.view.open.value === what) panel.view.open.value = null;
    };
  }, [panel, what]);
}

/** The details of an event. While a key is followed, the chosen view and its open branches stay from event to event. */
function EventDetails(props: Omit<DetailsProps, "onClose"> & { event: FeedEvent }) {
  const { event, board, panel, onOpen } = props;
  const { trace } = event;
  const t = allTexts.value;
  const requested = useSignal<{ readonly of: string } | null>(null);
  // Searched again for each event and each press of the button.
  const traced = useMemo(() => {
    if (trace === null || requested.value?.of !== trace) return null;
    const all = board.panels.peek().map((one) => ({ panel: one, rows: one.store.snapshot.peek().rows }));
    return eventsWithTrace(all, trace);
  }, [event, requested.value]);
  return (
    <>
      <MessageFacts panelId={panel.feed.id} entry={event}>
        <Fact label={t.detailTrace} testId="details-trace">
          {trace === null ? (
            <span class="none">{t.noTraceExplained}</span>
          ) : (
            <button
              type="button"
              class="link"
              title={t.showTrace}
              data-testid="details-show-trace"
              onClick={() => {
                requested.value = { of: trace };
              }}
            >
              {shortenedKey(trace)}
            </button>
          )}
        </Fact>
      </MessageFacts>
      {trace !== null && traced !== null && (
        <TraceList
          events={traced}
          onOpen={({ panel, event }) => onOpen(panel, event)}
          isFollowed={board.trace.value === trace}
          onFollow={(wanted) => {
            board.trace.value = wanted ? trace : null;
          }}
        />
      )}
      {PROSE.map(([path, heading]) => {
        const text = path.of(event);
        if (typeof text !== "string") return null;
        const raw = previewOf(text, MAX_PROSE);
        return (
          <Block key={path.text} title={t[heading]}>
            <p class="prose" data-testid={`details-${path.text}`}>
              {raw}
            </p>
            {raw.length < text.length && (
              <p class="note">{t.detailCut(formats.value.bytes(bytesOf(raw).length))}</p>
            )}
          </Block>
        );
      })}
      <Block title={t.detailEvent}>
        <PayloadViews entry={event} />
      </Block>
      <Comparison key={event.seq} panel={panel} event={event} />
    </>
  );
}

function MalformedDetails({ panelId, entry }: { panelId: string; entry: MalformedMessage }) {
  const t = allTexts.value;
  return (
    <>
      <p class="panel__fault" data-testid="details-problem">
        <Icon name="alert" />
        <span>
          <strong>{t.malformed}</strong> {problemText(entry.problem, t, formats.value)}
        </span>
      </p>
      <MessageFacts panelId={panelId} entry={entry} />
      <Block title={t.detailPayload}>
        <PayloadViews entry={entry} />
      </Block>
    </>
  );
}
