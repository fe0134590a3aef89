/** What a link says of one feed. */
export interface FeedLink {
  /** What is looked for; empty shows everything. */
  readonly filter: string;
  readonly paused: boolean;
}

/** What a link says of the feeds, by their ids; it never carries anything secret. */
export type FeedLinks = ReadonlyMap<string, FeedLink>;

/** A reader's own words in a link are cut: a link isn't a way to fill the page. */
const MAX_FILTER_CHARACTERS = 200;

/** Reads the part of an address behind `#`; what it doesn't know it leaves alone. */
export function parseLink(hash: string, feedIds: readonly string[]): FeedLinks {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const paused = new Set(said.get("paused")?.split(",") ?? []);
  const links = new Map<string, FeedLink>();
  for (const id of feedIds) {
    const filter = (said.get(`filter.${id}`) ?? "").slice(0, MAX_FILTER_CHARACTERS);
    if (filter !== "" || paused.has(id)) links.set(id, { filter, paused: paused.has(id) });
  }
  return links;
}

/** Writes the part of an address behind `#`, `#` included; empty where there is nothing to say. */
export function formatLink(links: FeedLinks): string {
  const said = new URLSearchParams();
  for (const [id, { filter }] of links) if (filter !== "") said.set(`filter.${id}`, filter);
  const paused = [...links].filter(([, link]) => link.paused).map(([id]) => id);
  if (paused.length > 0) said.set("paused", paused.join(","));
  return said.size === 0 ? "" : `#${said}`;
}
