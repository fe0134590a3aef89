import { type ChosenFields, sound } from "./columns.ts";

/** What a link says of one feed. */
export interface FeedLink {
  /** What is looked for; empty shows everything. */
  readonly filter: string;
  readonly paused: boolean;
  /** The fields shown as columns; null for the feed's own. */
  readonly fields: ChosenFields;
  /** Whether other feeds are shown and this one isn't. */
  readonly hidden: boolean;
}

/** What a link says of the feeds, by their ids; it never carries anything secret. */
export type FeedLinks = ReadonlyMap<string, FeedLink>;

/** A reader's own words in a link are cut: a link isn't a way to fill the page. */
const MAX_FILTER_CHARACTERS = 200;

/** Reads the part of an address behind `#`; what it doesn't know it leaves alone. */
export function parseLink(hash: string, feedIds: readonly string[]): FeedLinks {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const paused = listOf(said, "paused");
  const shown = listOf(said, "feeds").filter((id) => feedIds.includes(id));
  const links = new Map<string, FeedLink>();
  for (const id of feedIds) {
    const filter = said.get(`filter.${id}`) ?? said.get("trace") ?? "";
    const columns = said.getAll(`columns.${id}`);
    links.set(id, {
      filter: filter.slice(0, MAX_FILTER_CHARACTERS),
      paused: paused.includes(id),
      fields: columns.length > 0 ? sound(columns) : null,
      hidden: shown.length > 0 && !shown.includes(id),
    });
  }
  return links;
}

/** Writes the part of an address behind `#`, `#` included; empty where there is nothing to say. */
export function formatLink(links: FeedLinks): string {
  const said = new URLSearchParams();
  const idsOf = (is: (link: FeedLink) => boolean) =>
    [...links]
      .filter(([, link]) => is(link))
      .map(([id]) => id)
      .join();
  const trace = traceOf([...links.values()]);
  if (trace !== null) said.set("trace", trace);
  for (const [id, { filter, fields }] of links) {
    if (filter !== "" && filter !== trace) said.set(`filter.${id}`, filter);
    for (const field of fields ?? []) said.append(`columns.${id}`, field);
  }
  const paused = idsOf((link) => link.paused);
  if (paused !== "") said.set("paused", paused);
  if (idsOf((link) => link.hidden) !== "")
    said.set(
      "feeds",
      idsOf((link) => !link.hidden),
    );
  return said.size === 0 ? "" : `#${said}`;
}

/** The one thing that all feeds are filtered by: that is how a trace is followed. */
function traceOf(links: readonly FeedLink[]): string | null {
  const [first, ...others] = links.map(({ filter }) => filter);
  if (first === undefined || first === "" || others.length === 0) return null;
  return others.every((filter) => filter === first) ? first : null;
}

function listOf(said: URLSearchParams, name: string): readonly string[] {
  return said.get(name)?.split(",") ?? [];
}
