import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { MyceliumClient, Subscription } from "../../client/index.ts";
import { Denied } from "../connection/denied.tsx";
import { formats, texts } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { nowSecondMs } from "../ui/clock.ts";
import { Sheet } from "../ui/sheet.tsx";
import { FOLD_ABOVE } from "./folding.ts";
import { type FeedSubject, listen } from "./listen.ts";
import { StreamCountsLine } from "./stream-counts.tsx";
import { StreamStore } from "./stream-store.ts";
import { MessageTable, SubjectTable } from "./stream-tables.tsx";
import { SubjectField } from "./subject-field.tsx";

/** Everything received, or everything on a subject, from when it is opened until it is closed. */
export function StreamSheet(props: {
  client: MyceliumClient;
  feeds: readonly FeedSubject[];
  /** Asks for a repaint, and tells of it. */
  repaint: { request(): void; readonly tick: ReadonlySignal<number> };
  onClose: () => void;
}) {
  const { client, feeds, repaint } = props;
  const s = sheetTexts.value;
  const [subject, setSubject] = useState("");
  const [subscription, setSubscription] = useState<Subscription | null>(null);
  // Another subject is another stream: counts of two would say nothing of either.
  const store = useMemo(() => new StreamStore(() => repaint.request()), [subject]);
  useEffect(() => {
    const listening = listen(client, feeds, subject, (message) => store.receive(message, Date.now()));
    setSubscription(listening.subscription);
    return listening.stop;
  }, [store]);
  repaint.tick.value;
  const nowMs = nowSecondMs.value;
  const folded = store.isFolded(Date.now());
  return (
    <Sheet title={texts.value.stream} testId="stream" wide subject={repaint} onClose={props.onClose}>
      <SubjectField subject={subject} onListen={setSubject} />
      <Denied subscription={subscription} testId="stream-denied" />
      <StreamCountsLine counts={store.counts} />
      <p class="note" role="status" data-testid="stream-folding" data-value={folded}>
        {folded ? s.streamFolded(formats.value.number(FOLD_ABOVE)) : s.streamHint}
      </p>
      <SubjectTable lines={store.subjects(nowMs)} />
      {!folded && <MessageTable key={subject} newest={store.messages()} />}
    </Sheet>
  );
}
