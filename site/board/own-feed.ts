import * as v from "valibot";
import { type Feed, feedSchema } from "../../contract/feed.ts";
import { expandFeed } from "../../contract/short-feed.ts";
import { givenIn } from "./definition.ts";

/** A panel that a reader makes: what stands in a link, in this browser, and in FEEDS. */
export interface OwnFeed {
  readonly feed: Feed;
  /** JSON, as short as it was given, and with its id where another panel had the one that follows from its source. */
  readonly definition: string;
}

/** What is wrong with a panel: what its reader can have typed, and else what the check says of it. */
export type PanelProblem = "key" | "full" | { readonly detail: string };

/**
 * Reads a feed as FEEDS would have it; the same text in any form is the same definition.
 * @param taken the ids of the other panels
 * @returns the feed, or what is wrong with it
 */
export function readOwnFeed(
  definition: string,
  taken: ReadonlySet<string>,
): OwnFeed | { problem: PanelProblem } {
  const given = givenIn(definition);
  const read = v.safeParse(feedSchema, expandFeed(given, taken));
  if (!read.success) {
    const [issue] = read.issues;
    const path = v.getDotPath(issue) ?? "";
    return { problem: path === "key" ? path : { detail: `${path}: ${issue.message}` } };
  }
  const feed = read.output as Feed;
  // One that was given: none else is made as another has it.
  if (taken.has(feed.id)) return { problem: { detail: "id: another panel has it" } };
  const { id } = expandFeed(given, new Set()) as Pick<Feed, "id">;
  // Which panel it is must not depend on which of them is opened first.
  return { feed, definition: JSON.stringify(id === feed.id ? given : { ...(given as object), id: feed.id }) };
}
