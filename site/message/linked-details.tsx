import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { covers, type Message, storedIn } from "../../client/index.ts";
import { directGetSubject, type Feed } from "../../contract/feed.ts";
import type { Connection } from "../connection/connection.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { language } from "../i18n/i18n.ts";
import type { FeedEvent, MalformedMessage } from "../panels/entry.ts";
import { entriesOf, type Row } from "../panels/kept.ts";
import { Sheet } from "../ui/sheet.tsx";
import { type DetailsProps, EntryBlocks } from "./details.tsx";
import { type LookupState, missingWords } from "./missing-words.ts";

/** A message that a link names by its stream sequence: from the panel if it is kept there, else fetched. */
export function LinkedDetails(props: DetailsProps & { connection: Connection; sequence: number }) {
  const { panel, connection, sequence } = props;
  const kept = useComputed(() => entryAt(panel.store.snapshot.value.rows, sequence));
  const entry = useSignal(kept.peek());
  const lookup = useSignal<LookupState>(panel.feed.stream === undefined ? "no stream" : "asking");
  const state = connection.state.value;
  const isLive = state.status === "live";
  useEffect(() => {
    if (entry.peek() !== null) return;
    if (kept.value !== null) {
      entry.value = kept.value;
      return;
    }
    if (!isLive || panel.feed.stream === undefined) return;
    const ended = new AbortController();
    requestMessage(connection, panel.feed, sequence, ended.signal).then(
      async (message) => {
        const read = message === null ? null : await panel.store.read(message);
        if (ended.signal.aborted) return;
        if (read === null) lookup.value = "gone";
        else entry.value = read;
      },
      (reason: Error) => {
        if (!ended.signal.aborted) lookup.value = reason;
      },
    );
    return () => ended.abort();
  }, [kept.value, isLive]);
  return (
    <Sheet title={panel.feed.title[language.value]} testId="details" onClose={props.onClose}>
      {entry.value === null ? (
        <p class="note" role="status" data-testid="details-missing">
          {missingWords(lookup.value, state, allTexts.value)}
        </p>
      ) : (
        <EntryBlocks {...props} entry={entry.value} />
      )}
    </Sheet>
  );
}

/** Fetches a message by Direct Get; null where there is none for this feed. @throws RequestError without an answer */
async function requestMessage(
  { client }: Connection,
  feed: Feed,
  sequence: number,
  signal: AbortSignal,
): Promise<Message | null> {
  const answer = await client.request(directGetSubject(feed), JSON.stringify({ seq: sequence }), { signal });
  const stored = storedIn(answer);
  // A link must not open messages of the stream that the panel's subject doesn't cover.
  return stored !== null && covers(feed.subject, stored.subject) ? stored : null;
}

function entryAt(rows: readonly Row[], sequence: number): FeedEvent | MalformedMessage | null {
  for (const row of rows) {
    for (const entry of entriesOf(row)) {
      if (entry.kind !== "gap" && entry.sequence === sequence) return entry;
    }
  }
  return null;
}
