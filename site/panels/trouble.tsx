import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Fault, SequenceState } from "../../client/index.ts";
import { fillServer } from "../../contract/explanations.ts";
import { directGetSubject, type Feed, republishedTo, streamNameOf } from "../../contract/feed.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { Empty } from "../ui/empty.tsx";
import { Icon } from "../ui/icon.tsx";
import { WithCode } from "../ui/with-code.tsx";
import type { PanelModel } from "./panel-model.ts";

/** Milliseconds that a stream may take to answer before the panel says so: electing a leader takes less. */
const NOTE_AFTER_MS = 2000;

/** Why a panel lacks messages and what to do: the server denies subjects, or the stream can't be read. */
export function Trouble({ panel, isEmpty }: { panel: PanelModel; isEmpty: boolean }) {
  const { status, fault, denied, stream } = panel.interest.value;
  const { feed } = panel;
  // While only some of the subjects are denied, messages may come on the others.
  if (fault !== null) return <Denied {...{ feed, fault, denied }} isEmpty={isEmpty && status === "denied"} />;
  if (stream?.state === "waiting") return <Waiting {...{ feed, stream }} />;
  return stream?.state === "unreadable" ? <Unreadable {...{ feed, stream, isEmpty }} /> : null;
}

function Denied(props: { feed: Feed; fault: Fault; denied: readonly string[]; isEmpty: boolean }) {
  const { feed, fault, denied, isEmpty } = props;
  const { what, fix } = allTexts.value.explanations[fault.explanation];
  const { server } = fault.evidence;
  const t = allTexts.value;
  return (
    <>
      <p class="panel__fault" role="alert" data-testid={`feed-${feed.id}-denied`}>
        <Icon name="alert" />
        <span>
          <strong>{fillServer(what, server)}</strong> {fillServer(fix, server)}{" "}
          {t.subjectsDenied(denied.join(", "))}
        </span>
      </p>
      {isEmpty && <Empty icon="alert" title={t.subjectDenied} hint={t.subjectDeniedHint} />}
    </>
  );
}

function Waiting({ feed, stream }: { feed: Feed; stream: SequenceState }) {
  const isLong = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      isLong.value = true;
    }, NOTE_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isLong.value) return null;
  const t = allTexts.value;
  // Until the position in the stream is known, more may be published than its history will bring: promise nothing.
  return (
    <Reason {...{ feed, stream }} outcome={stream.lastSequence === null ? t.streamStands : t.streamFollows} />
  );
}

function Unreadable({ feed, stream, isEmpty }: { feed: Feed; stream: SequenceState; isEmpty: boolean }) {
  const t = allTexts.value;
  const stillReceives = republishedTo(feed) !== undefined && stream.reason !== "no-stream";
  return (
    <>
      <Reason {...{ feed, stream }} outcome={stillReceives ? t.streamGoesOn : t.streamStands} />
      {isEmpty && <Empty icon="alert" title={t.streamUnreadable} hint={t.streamAgain} />}
    </>
  );
}

function Reason({ feed, stream, outcome }: { feed: Feed; stream: SequenceState; outcome: string }) {
  const { state, reason } = stream;
  if (reason === undefined || reason === "no-link") return null;
  const name = streamNameOf(feed) ?? "";
  const { what, fix } = allTexts.value.streamReasons[reason];
  return (
    <p
      class="panel__fault"
      role={state === "waiting" ? "status" : "alert"}
      data-testid={`feed-${feed.id}-stream`}
      data-state={state}
      data-reason={reason}
    >
      <Icon name="alert" />
      <span>
        <strong>{what(name)}</strong> <WithCode text={fix} /> {outcome}
        {reason === "denied" && ` Direct Get: ${directGetSubject(feed)}`}
      </span>
    </p>
  );
}
