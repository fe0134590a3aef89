import "./stream.css";
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { ConnectionState } from "../../client/index.ts";
import type { Board } from "../board/board.ts";
import { isSubject, SubjectField } from "../board/subject-field.tsx";
import { allTexts } from "../i18n/all-texts.ts";
import { formats } from "../i18n/i18n.ts";
import { Counts } from "../panels/counts.tsx";
import type { Row } from "../panels/kept.ts";
import { PanelBody } from "../panels/panel.tsx";
import type { PanelModel } from "../panels/panel-model.ts";
import { useDisposable } from "../ui/disposable.ts";
import { recall, remember } from "../ui/memory.ts";
import { Block, Sheet } from "../ui/sheet.tsx";
import { streamOf, widest } from "./stream-model.ts";
import { TopicTable } from "./topic-table.tsx";

/** A sheet with all messages of the board's feeds, or of one subject, since it was opened. */
export function StreamSheet(props: {
  board: Board;
  state: ReadonlySignal<ConnectionState>;
  onOpen: (panel: PanelModel, row: Row) => void;
  onPanel: (subject: string) => void;
  onClose: () => void;
}) {
  const { board, state, onOpen, onPanel } = props;
  const t = allTexts.value;
  const [subject, setSubject] = useState(() => validSubject(recall("stream")));
  const received = widest(board.panels.value.map(({ feed }) => feed.subject));
  const subjects = subject === "" ? received : [subject];
  // Recreated for other subjects, so that counts aren't mixed. A link may add panels while the sheet is open.
  const { panel, tree } = useDisposable(
    () => streamOf(subjects, board.parts),
    (stream) => stream.panel.close(),
    [subjects.toSorted().join(" ")],
  );
  const { view } = panel;
  const { folded } = tree;
  const f = formats.value;
  return (
    <Sheet title={t.stream} testId="stream" wide onClose={props.onClose}>
      <ListenForm
        subject={subject}
        onListen={(wanted) => {
          remember("stream", wanted === "" ? null : wanted);
          setSubject(wanted);
        }}
      />
      <div class="toolbar">
        <Counts panelId="stream" counts={view.counts.value} />
        <button
          type="button"
          class="button button--small"
          data-testid="stream-panel"
          disabled={subject === ""}
          onClick={() => onPanel(subject)}
        >
          {t.streamMakePanel}
        </button>
      </div>
      <Block title={t.subjects(f.count(tree.size))} id="stream-subjects">
        {folded.subjects > 0 && (
          <p class="note" data-testid="stream-folded">
            {t.streamTopicsGone(f.count(folded.subjects), f.count(folded.messages))}
          </p>
        )}
        <TopicTable
          tree={tree}
          onShow={(path) =>
            view.setFilter(view.filter.peek() === subjectFilter(path) ? "" : subjectFilter(path))
          }
        />
      </Block>
      <Block title={view.filter.value === "" ? t.streamNewest : view.filter.value} id="feed-stream-title">
        <div class="rows--many feed" data-view="log">
          <PanelBody {...{ panel, state }} onOpen={(row) => onOpen(panel, row)} />
        </div>
      </Block>
    </Sheet>
  );
}

/** The form for the subject to listen to; an empty one stands for all feeds. */
function ListenForm({ subject, onListen }: { subject: string; onListen: (subject: string) => void }) {
  const t = allTexts.value;
  const typed = useSignal(subject);
  const wanted = typed.value.trim();
  const canListen = wanted === "" || isSubject(wanted);
  return (
    <form
      class="listen"
      onSubmit={(event) => {
        event.preventDefault();
        if (canListen) onListen(wanted);
      }}
    >
      <SubjectField of={typed} testId="stream-subject" placeholder="egos.>" hint={t.streamSubjectHint}>
        <button type="submit" class="button" data-testid="stream-listen" disabled={!canListen}>
          {t.streamListen}
        </button>
      </SubjectField>
    </form>
  );
}

/** The remembered subject if it is valid, else "". */
function validSubject(remembered: string | null): string {
  return remembered !== null && isSubject(remembered) ? remembered : "";
}

function subjectFilter(subject: string): string {
  return `$subject="${subject}"`;
}
