import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { formats, language, texts } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Block, Sheet } from "../ui/sheet.tsx";
import { fieldOf, PREVIEW_BYTES } from "./decode.ts";
import { type FeedEvent, type MalformedMessage, traceOf } from "./entry.ts";
import { History } from "./history.tsx";
import { seqOf } from "./holding.ts";
import type { DetailsProps } from "./opened.ts";
import { MAX_PRETTY_CHARACTERS, pretty } from "./pretty.ts";
import { problemText } from "./problem-text.ts";
import { eventsWithTrace, type TracedEvent } from "./trace.ts";
import { TraceList } from "./trace-list.tsx";

/** Fields that are texts of their own and are worth more than a line of JSON, with their headings. */
const PROSE = [
  ["prompt", "detailPrompt"],
  ["response", "detailResponse"],
] as const;

/** Everything there is to know about an opened row, beside the feeds. */
export function Details({ opened, onClose, ...actions }: DetailsProps) {
  const { feed, row } = opened;
  return (
    <Sheet
      title={row.kind === "keyed" ? row.key : feed.title[language.value]}
      testId="details"
      subject={row}
      onClose={onClose}
    >
      {row.kind === "malformed" ? (
        <MalformedDetails entry={row} />
      ) : (
        <EventDetails
          key={`${feed.id}.${seqOf(row)}`}
          event={row.kind === "keyed" ? row.latest : row}
          {...actions}
        />
      )}
      {row.kind === "keyed" && <History feed={feed} row={row} />}
    </Sheet>
  );
}

function EventDetails(props: { event: FeedEvent } & Omit<DetailsProps, "opened" | "onClose">) {
  const { event, stores, filtered, onOpen, onFilter } = props;
  const s = sheetTexts.value;
  const json = pretty(event.value);
  const trace = traceOf(event);
  const traced = useSignal<readonly TracedEvent[] | null>(null);
  return (
    <>
      <Facts entry={event}>
        <div class="facts__line">
          <dt>{s.detailTrace}</dt>
          <dd data-testid="details-trace">
            {trace === null ? (
              <span class="none">{s.noTraceExplained}</span>
            ) : (
              <button
                type="button"
                class="link"
                title={s.showTrace}
                data-testid="details-show-trace"
                onClick={() => {
                  traced.value = eventsWithTrace(stores, trace);
                }}
              >
                {trace}
              </button>
            )}
          </dd>
        </div>
      </Facts>
      {trace !== null && traced.value !== null && (
        <TraceList
          events={traced.value}
          onOpen={({ feed, event }) => onOpen({ feed, row: event })}
          isFiltered={filtered.every((filter) => filter === trace)}
          onFilter={(wanted) => onFilter(wanted ? trace : "")}
        />
      )}
      {PROSE.map(([name, heading]) => {
        const text = fieldOf(event.value, name);
        if (typeof text !== "string") return null;
        return (
          <Block key={name} title={s[heading]}>
            <p class="prose" data-testid={`details-${name}`}>
              {text.slice(0, MAX_PRETTY_CHARACTERS)}
            </p>
            {text.length > MAX_PRETTY_CHARACTERS && <CutNote />}
          </Block>
        );
      })}
      <Block title={s.detailEvent}>
        <CopyButton text={json.text} testId="details-copy" />
        <Code testId="details-json" label={s.detailEvent} text={json.text} />
        {json.cut && <CutNote />}
      </Block>
    </>
  );
}

/** Says that a text above it is not all of it. */
function CutNote({ shown = MAX_PRETTY_CHARACTERS }: { shown?: number }) {
  return <p class="note">{sheetTexts.value.detailCut(formats.value.bytes(shown))}</p>;
}

function MalformedDetails({ entry }: { entry: MalformedMessage }) {
  const s = sheetTexts.value;
  return (
    <>
      <p class="panel__fault" data-testid="details-problem">
        <Icon name="alert" />
        <span>
          <strong>{texts.value.malformed}</strong> {problemText(entry.problem, texts.value, formats.value)}
        </span>
      </p>
      <Facts entry={entry} />
      <Block title={s.detailPayload}>
        <Code testId="details-payload" label={s.detailPayload} text={entry.preview} />
        {entry.size > PREVIEW_BYTES && <CutNote shown={PREVIEW_BYTES} />}
      </Block>
    </>
  );
}

function Facts(props: { entry: FeedEvent | MalformedMessage; children?: ComponentChildren }) {
  const s = sheetTexts.value;
  const { entry } = props;
  return (
    <dl class="facts">
      <div class="facts__line">
        <dt>{s.detailReceivedAt}</dt>
        <dd>{formats.value.dateTime(entry.atMs)}</dd>
      </div>
      <div class="facts__line">
        <dt>{s.detailSubject}</dt>
        <dd>{entry.subject}</dd>
      </div>
      <div class="facts__line">
        <dt>{s.detailSize}</dt>
        <dd>{formats.value.bytes(entry.size)}</dd>
      </div>
      {props.children}
      {entry.headers.map(([name, values]) => (
        <div class="facts__line" key={name}>
          <dt>
            {s.detailHeaders}: {name}
          </dt>
          <dd>{values.join(", ")}</dd>
        </div>
      ))}
    </dl>
  );
}

function Code({ label, text, testId }: { label: string; text: string; testId: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a fieldset holds controls, this holds text
    <pre class="code" tabIndex={0} role="group" aria-label={label} data-testid={testId}>
      {text}
    </pre>
  );
}
