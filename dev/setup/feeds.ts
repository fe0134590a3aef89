import { covers } from "../../contract/subjects.ts";
import { type Feed, problemLine, readConfig } from "../../worker/config.ts";
import { historySubject, type Readable } from "./accounts.ts";
import { SetupError } from "./error.ts";

/** What a stream republishes stands below this, so that a subject tells what it is. */
export const REPUBLISHED_UNDER = "live";

/** FEEDS, and what it says; EXPLORE too. */
export interface ReadFeeds extends Readable {
  /** FEEDS as the worker is given it; null for the default feeds. */
  readonly text: string | null;
}

/** FEEDS or EXPLORE as a line of `.dev.vars`: whoever wrote it may have spread it over several; empty for nothing. */
export function onOneLine(text = ""): string {
  return text.trim().replace(/\s*[\r\n]\s*/g, " ");
}

/**
 * Reads FEEDS. A feed with a stream that names no `directGet` gets that of the viewers' account:
 * what a worker's token allows is what the account imports.
 * @param text FEEDS on one line; null for the default feeds
 * @param explored EXPLORE: what viewers may look at besides
 * @throws SetupError with all that is wrong with it
 */
export function readFeeds(text: string | null, explored = ""): ReadFeeds {
  const result = readConfig({
    NATS_URL: "ws://127.0.0.1",
    EXPLORE: explored,
    ...(text === null ? {} : { FEEDS: text }),
  });
  if (!result.ok) throw new SetupError(result.problems.map(problemLine).join("\n"));
  const { feeds, explore } = result.config;
  return changed({ text, feeds, explore }, withHistory);
}

/** What a stream is for the feeds that read it. */
export interface StreamForFeeds {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly isRepublished: boolean;
}

/**
 * The feeds, of which every one whose subject lies within the stream's subjects reads that stream.
 * @throws SetupError when none does
 */
export function withStream(before: ReadFeeds, { name, subjects, isRepublished }: StreamForFeeds): ReadFeeds {
  const reads = ({ subject }: Feed): boolean => subjects.some((one) => covers(one, subject));
  if (!before.feeds.some(reads)) {
    const [subject] = subjects;
    throw new SetupError(
      `no feed's subject lies within ${subjects.join(", ")}: give FEEDS too, with every feed that the page is to have, such as FEEDS='${subject}'`,
    );
  }
  return changed(before, (feed) => {
    if (!reads(feed)) return feed;
    const { history } = typeof feed.stream === "object" ? feed.stream : {};
    const republished = isRepublished ? { republished: `${REPUBLISHED_UNDER}.${feed.subject}` } : {};
    const kept = history === undefined ? {} : { history };
    return { ...feed, stream: { name, ...kept, directGet: historySubject(name), ...republished } };
  });
}

function withHistory(feed: Feed): Feed {
  if (feed.stream === undefined) return feed;
  const stream = typeof feed.stream === "string" ? { name: feed.stream } : feed.stream;
  // Under JetStream's own name viewers would ask in their own account, which has no streams.
  if (stream.directGet !== undefined && !stream.directGet.startsWith("$JS.")) return feed;
  return { ...feed, stream: { ...stream, directGet: historySubject(stream.name) } };
}

/** The feeds after a change, and as text where one is not what it was: each whole, for a subject alone can't say it. */
function changed({ text, feeds, explore }: ReadFeeds, change: (feed: Feed) => Feed): ReadFeeds {
  const after = feeds.map(change);
  if (after.every((feed, index) => JSON.stringify(feed) === JSON.stringify(feeds[index])))
    return { text, feeds, explore };
  return { text: JSON.stringify(after), feeds: after, explore };
}
