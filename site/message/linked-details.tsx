import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { covers, type Message, storedIn } from "../../client/index.ts";
import { directGetOf, type Feed } from "../../contract/feed.ts";
import type { Connection } from "../connection/connection.ts";
import { language } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import type { FeedEvent, MalformedMessage } from "../panels/entry.ts";
import type { Row } from "../panels/kept.ts";
import { Sheet } from "../ui/sheet.tsx";
import { type DetailsProps, EntryDetails } from "./details.tsx";

/** What became of asking a stream for a message; an error says why it couldn't be asked. */
type Asked = "asking" | "gone" | Error;

/** A message that a link names by its place in the stream: one that is kept here, else asked for. */
export function LinkedDetails(props: DetailsProps & { connection: Connection; sequence: number }) {
  const { panel, connection, sequence } = props;
  const s = sheetTexts.value;
  const kept = useComputed(() => entryAt(panel.store.snapshot.value.rows, sequence));
  const entry = useSignal(kept.peek());
  // Without a stream there is nothing that could be asked.
  const asked = useSignal<Asked>(panel.feed.stream === undefined ? "gone" : "asking");
  const isLive = connection.state.value.status === "live";
  useEffect(() => {
    if (entry.peek() !== null) return;
    if (kept.value !== null) {
      entry.value = kept.value;
      return;
    }
    if (!isLive || panel.feed.stream === undefined) return;
    const ended = new AbortController();
    ask(connection, panel.feed, sequence, ended.signal).then(
      async (message) => {
        const read = message === null ? null : await panel.store.read(message);
        if (ended.signal.aborted) return;
        if (read === null) asked.value = "gone";
        else entry.value = read;
      },
      (reason: Error) => {
        if (!ended.signal.aborted) asked.value = reason;
      },
    );
    return () => ended.abort();
  }, [kept.value, isLive]);
  if (entry.value !== null) return <EntryDetails {...props} entry={entry.value} />;
  const outcome = asked.value;
  return (
    <Sheet title={panel.feed.title[language.value]} testId="details" onClose={props.onClose}>
      <p class="note" role="status" data-testid="details-missing">
        {outcome === "asking" && s.detailAsking}
        {outcome === "gone" && s.detailGone}
        {outcome instanceof Error && s.detailUnread(outcome.message)}
      </p>
    </Sheet>
  );
}

/** @throws RequestError when there is no answer */
async function ask(
  { client }: Connection,
  feed: Feed,
  sequence: number,
  signal: AbortSignal,
): Promise<Message | null> {
  const answer = await client.request(directGetOf(feed), JSON.stringify({ seq: sequence }), { signal });
  const stored = storedIn(answer);
  // The stream may have more than the panel: a link doesn't lead there.
  return stored !== null && covers(feed.subject, stored.subject) ? stored : null;
}

function entryAt(rows: readonly Row[], sequence: number): FeedEvent | MalformedMessage | null {
  for (const row of rows) {
    if (row.kind === "gap") continue;
    const entries = row.kind === "keyed" ? row.history() : [row];
    const found = entries.find((one) => one.sequence === sequence);
    if (found !== undefined) return found;
  }
  return null;
}
