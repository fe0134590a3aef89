import { useState } from "preact/hooks";
import { ROW_HEIGHT } from "../feeds/feed-row.tsx";
import { formats, texts } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { Block } from "../ui/sheet.tsx";
import { VirtualTable } from "../ui/virtual-table.tsx";
import type { StreamMessage, SubjectLine } from "./stream-store.ts";

const utf8 = new TextDecoder();

/** The subjects that were heard: how much, how fast, and what last. */
export function SubjectTable({ lines }: { lines: readonly SubjectLine[] }) {
  const t = texts.value;
  const s = sheetTexts.value;
  return (
    <Block title={s.streamBySubject} id="stream-subjects">
      <div class="rows rows--few">
        <VirtualTable
          labelledBy="stream-subjects"
          headings={
            <tr class="row row--headings" aria-rowindex={1}>
              <th class="cell" scope="col">
                {s.detailSubject}
              </th>
              <th class="cell cell--figure" scope="col">
                {t.feedReceived}
              </th>
              <th class="cell cell--figure" scope="col">
                {s.streamPerSecond}
              </th>
              <th class="cell cell--last" scope="col">
                {s.streamLast}
              </th>
            </tr>
          }
          count={lines.length}
          rowHeight={ROW_HEIGHT}
          row={(index) => {
            const line = lines[index];
            return line === undefined ? null : <SubjectRow key={line.subject} line={line} index={index} />;
          }}
        />
      </div>
    </Block>
  );
}

function SubjectRow({ line, index }: { line: SubjectLine; index: number }) {
  const { subject, count, perSecond, last } = line;
  return (
    <tr class="row" aria-rowindex={index + 2} data-testid="stream-subject-row" data-subject={subject}>
      <td class="cell" title={subject}>
        <code>{subject}</code>
      </td>
      <td class="cell cell--figure">{formats.value.number(count)}</td>
      <td class="cell cell--figure">{formats.value.number(perSecond)}</td>
      <PayloadCell message={last} isLast />
    </tr>
  );
}

/** The messages, newest first; they stand still once the reader scrolls into them. */
export function MessageTable(props: { newest: readonly StreamMessage[] }) {
  const t = texts.value;
  const s = sheetTexts.value;
  const [held, setHeld] = useState<readonly StreamMessage[] | null>(null);
  const messages = held ?? props.newest;
  return (
    <Block title={held === null ? s.streamMessages : s.streamHeld} id="stream-messages">
      <div class="rows rows--many">
        <VirtualTable
          labelledBy="stream-messages"
          headings={
            <tr class="row row--headings" aria-rowindex={1}>
              <th class="cell cell--time" scope="col">
                {t.columnTime}
              </th>
              <th class="cell" scope="col">
                {s.detailSubject}
              </th>
              <th class="cell cell--figure cell--size" scope="col">
                {s.detailSize}
              </th>
              <th class="cell" scope="col">
                {s.streamPayload}
              </th>
            </tr>
          }
          count={messages.length}
          rowHeight={ROW_HEIGHT}
          onScrolled={(fromTop) => {
            if (fromTop <= ROW_HEIGHT / 2) setHeld(null);
            else if (held === null) setHeld(props.newest);
          }}
          row={(index) => {
            const message = messages[index];
            return message === undefined ? null : (
              <MessageRow key={message.seq} message={message} index={index} />
            );
          }}
        />
      </div>
    </Block>
  );
}

function MessageRow({ message, index }: { message: StreamMessage; index: number }) {
  return (
    <tr class="row" aria-rowindex={index + 2} data-testid="stream-row" data-subject={message.subject}>
      <td class="cell cell--time">{formats.value.time(message.atMs)}</td>
      <td class="cell" title={message.subject}>
        <code>{message.subject}</code>
      </td>
      <td class="cell cell--figure cell--size">{formats.value.bytes(message.size)}</td>
      <PayloadCell message={message} />
    </tr>
  );
}

function PayloadCell({ message, isLast = false }: { message: StreamMessage; isLast?: boolean }) {
  const text = utf8.decode(message.start);
  return (
    <td class={isLast ? "cell cell--last" : "cell"} title={text}>
      <code class="cell__text">{text}</code>
    </td>
  );
}
