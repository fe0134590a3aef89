import * as v from "valibot";
import { type Feed, feedSchema } from "../../contract/feed.ts";
import { expandFeed } from "../../contract/short-feed.ts";

/** A panel that a reader makes, as it was given: what stands in a link, in this browser, and in FEEDS. */
export interface OwnFeed {
  readonly feed: Feed;
  /** JSON, as short as it was given. */
  readonly definition: string;
}

/**
 * Reads a feed as FEEDS would have it; the same text in any form is the same definition.
 * @param taken the ids of the other panels
 * @returns the feed, or what is wrong with it
 */
export function readOwnFeed(definition: string, taken: ReadonlySet<string>): OwnFeed | { problem: string } {
  let given: unknown;
  try {
    given = JSON.parse(definition);
  } catch {
    return { problem: "JSON" };
  }
  const read = v.safeParse(feedSchema, expandFeed(given, taken));
  if (read.success) return { feed: read.output as Feed, definition: JSON.stringify(given) };
  const [issue] = read.issues;
  return { problem: `${v.getDotPath(issue) ?? ""}: ${issue.message}` };
}
