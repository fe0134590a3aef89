import type { FeedColumn } from "../../contract/feed.ts";
import { pathOf } from "../content/path.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { useDisposable } from "../ui/disposable.ts";
import { ENOUGH_EVENTS } from "./columns.ts";
import type { FeedEvent } from "./entry.ts";
import type { PanelModel } from "./panel-model.ts";

/** Finds columns whose path no event has, most likely because it is misspelt. */
export class MissingColumns {
  readonly #unseen: Set<string>;
  #events = 0;

  constructor(columns: readonly FeedColumn[]) {
    this.#unseen = new Set(columns.map(({ field }) => field));
  }

  note(event: FeedEvent): void {
    // A deletion of a key has no fields.
    if (event.isDeletion) return;
    this.#events += 1;
    for (const field of this.#unseen) {
      if (pathOf(field).of(event) !== undefined) this.#unseen.delete(field);
    }
  }

  /** The paths that no event had; empty until there were enough events to tell. */
  get fields(): readonly string[] {
    return this.#events < ENOUGH_EVENTS ? [] : [...this.#unseen];
  }
}

/** Lists the feed's columns that no event has. */
export function MissingNote({ panel: { feed, store } }: { panel: PanelModel }) {
  const follow = () => {
    const missing = new MissingColumns(feed.columns);
    return { missing, stop: store.follow((event) => missing.note(event)) };
  };
  const { missing } = useDisposable(follow, ({ stop }) => stop(), [store]);
  store.snapshot.value;
  const { fields } = missing;
  if (fields.length === 0) return null;
  return (
    <p class="panel__notes" role="status" data-testid={`feed-${feed.id}-missing`}>
      {fields.map(allTexts.value.columnMissing).join(" ")}
    </p>
  );
}
