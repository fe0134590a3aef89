import { effect } from "@preact/signals";
import type { FeedView } from "./feed-view.ts";
import { type FeedLink, formatLink, parseLink } from "./link.ts";

/** The page's address, as far as the feeds write to it. */
export interface Address {
  /** The part behind `#`, `#` included. */
  read(): string;
  write(hash: string): void;
}

/** Shows the feeds as the address says, and keeps the address as the feeds are shown, so that it can be shared. */
export function bindAddress(views: readonly FeedView[], address: Address): () => void {
  const ids = views.map((view) => view.store.feed.id);
  const links = parseLink(address.read(), ids);
  for (const view of views) {
    const link = links.get(view.store.feed.id);
    if (link === undefined) continue;
    view.setFilter(link.filter);
    view.setHidden(link.hidden);
    if (link.fields !== null) view.setFields(link.fields);
    if (link.paused) view.hold("paused");
  }
  return effect(() => {
    const now = new Map<string, FeedLink>(
      views.map(({ store, filter, paused, fields, hidden }) => [
        store.feed.id,
        { filter: filter.value, paused: paused.value, fields: fields.value, hidden: hidden.value },
      ]),
    );
    address.write(formatLink(now));
  });
}

/** The browser's address: replaced, never added to the history, because a filter is typed letter by letter. */
export const browserAddress: Address = {
  read: () => location.hash,
  write(hash) {
    if (hash !== location.hash) history.replaceState(null, "", location.pathname + location.search + hash);
  },
};
