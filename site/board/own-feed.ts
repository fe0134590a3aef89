import * as v from "valibot";
import { type Feed, feedSchema } from "../../contract/feed.ts";
import { expandFeed } from "../../contract/short-feed.ts";
import { parseDefinition } from "./definition.ts";

/** A panel that a reader makes. Its definition works in a link, in this browser's storage and in FEEDS. */
export interface OwnFeed {
  readonly feed: Feed;
  /** The JSON as it was given, plus an id when another panel already has the default one. */
  readonly definition: string;
}

/** Why a panel can't be made: a mistake that the form explains, or the message of the schema. */
export type PanelProblem = "key" | "full" | { readonly detail: string };

/**
 * Parses and checks a definition the way the worker checks an entry of FEEDS.
 * @param taken the ids of the other panels
 */
export function readOwnFeed(
  definition: string,
  taken: ReadonlySet<string>,
): OwnFeed | { problem: PanelProblem } {
  const given = parseDefinition(definition);
  const read = v.safeParse(feedSchema, expandFeed(given, taken));
  if (!read.success) {
    const [issue] = read.issues;
    const path = v.getDotPath(issue) ?? "";
    return { problem: path === "key" ? path : { detail: `${path}: ${issue.message}` } };
  }
  const feed = read.output as Feed;
  // Only an explicit id can be taken: `expandFeed` avoids taken ids.
  if (taken.has(feed.id)) return { problem: { detail: "id: another panel has it" } };
  const { id } = expandFeed(given, new Set()) as Pick<Feed, "id">;
  // Store the id, so that it doesn't depend on the order in which panels are opened.
  return { feed, definition: JSON.stringify(id === feed.id ? given : { ...(given as object), id: feed.id }) };
}
