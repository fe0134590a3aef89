import { streamNameOf } from "../../contract/feed.ts";
import { covers } from "../../contract/subjects.ts";
import { type Feed, mayRead, problemLine, readConfig } from "../../worker/config.ts";
import { historySubject, type Readable } from "./accounts.ts";
import { SetupError } from "./error.ts";

/** A stream's `republish` configuration (JetStream API). */
export interface Republish {
  readonly src?: string;
  readonly dest: string;
  readonly headers_only?: boolean;
}

/** How our streams republish for viewers: under a prefix, so that a subject shows that it is a republished one. */
export const REPUBLISHED = { src: ">", dest: "live.>" } as const satisfies Republish;

/** The parsed FEEDS and EXPLORE. */
export interface ReadFeeds extends Readable {
  /** The setting FEEDS; null for the default feeds. */
  readonly text: string | null;
}

/** FEEDS or EXPLORE joined to one line, as `.dev.vars` needs it; empty when unset. */
export function onOneLine(text = ""): string {
  return text.trim().replace(/\s*[\r\n]\s*/g, " ");
}

/**
 * Parses FEEDS. A feed whose stream names no `directGet` gets the subject that the viewers' account imports, so
 * that the worker's tokens allow it.
 * @param text FEEDS on one line; null for the default feeds
 * @param explored EXPLORE: further subjects that viewers may read
 * @throws SetupError with all problems
 */
export function readFeeds(text: string | null, explored = ""): ReadFeeds {
  const result = readConfig({
    NATS_URL: "ws://127.0.0.1",
    EXPLORE: explored,
    ...(text === null ? {} : { FEEDS: text }),
  });
  if (!result.ok) throw new SetupError(result.problems.map(problemLine).join("\n"));
  const { feeds, explore } = result.config;
  return changed({ text, feeds, explore }, withDirectGet);
}

/** A stream, as the feeds that read it see it. */
export interface StreamForFeeds {
  readonly name: string;
  readonly subjects: readonly string[];
  /** The stream's configuration; undefined when it doesn't republish. */
  readonly republish: Republish | undefined;
}

/**
 * The feeds after a change of the stream: every feed within the stream's subjects reads the stream, and feeds that
 * already read it receive what it republishes now.
 * @throws SetupError when no feed lies within the subjects
 */
export function withStream(read: ReadFeeds, { name, subjects, republish }: StreamForFeeds): ReadFeeds {
  const reads = ({ subject }: Feed): boolean => subjects.some((one) => covers(one, subject));
  if (!read.feeds.some(reads)) {
    const [subject] = subjects;
    throw new SetupError(
      `no feed has a subject within ${subjects.join(", ")}: set FEEDS to all feeds that the page should have, such as FEEDS='${subject}'`,
    );
  }
  return changed(read, (feed) => {
    if (!reads(feed) && streamNameOf(feed) !== name) return feed;
    const before: Exclude<Feed["stream"], string | undefined> =
      typeof feed.stream === "object" ? feed.stream : { name };
    const { republished: _old, ...kept } = before;
    // Subjects of the feed's previous stream don't apply to another stream.
    const own = before.name === name ? before : null;
    const directGet = own?.directGet ?? historySubject(name);
    const republished = republishedSubject(feed.subject, republish, own?.republished);
    return { ...feed, stream: { ...kept, name, directGet, ...(republished ? { republished } : {}) } };
  });
}

/** Subject on which a feed receives republished messages; the feed's own setting unless the stream republishes our way. */
function republishedSubject(
  subject: string,
  republish: Republish | undefined,
  own: string | undefined,
): string | undefined {
  if (republish === undefined) return undefined;
  const { src, dest, headers_only = false } = republish;
  const isOurs = src === REPUBLISHED.src && dest === REPUBLISHED.dest && !headers_only;
  return isOurs ? REPUBLISHED.dest.replace(">", () => subject) : own;
}

function withDirectGet(feed: Feed): Feed {
  if (feed.stream === undefined) return feed;
  const stream = typeof feed.stream === "string" ? { name: feed.stream } : feed.stream;
  // $JS subjects would address the viewers' own account, which has no streams.
  if (stream.directGet !== undefined && !stream.directGet.startsWith("$JS.")) return feed;
  return { ...feed, stream: { ...stream, directGet: historySubject(stream.name) } };
}

/**
 * Applies a change to the feeds. When one differs, `text` is rewritten with every feed in full.
 * @throws SetupError when viewers could read a stream's Direct Get subject, which setup itself may have chosen
 */
function changed({ text, feeds, explore }: ReadFeeds, change: (feed: Feed) => Feed): ReadFeeds {
  const after = feeds.map(change);
  for (const { stream } of after) {
    if (typeof stream !== "object" || stream.directGet === undefined) continue;
    if (!mayRead(stream.directGet, { feeds: after, explore })) continue;
    throw new SetupError(
      `the stream ${stream.name} would be requested on ${stream.directGet}, which viewers may read: give it another directGet in FEEDS, such as "stream":${JSON.stringify({ ...stream, directGet: `ask.${stream.name}` })}`,
    );
  }
  if (after.every((feed, index) => JSON.stringify(feed) === JSON.stringify(feeds[index])))
    return { text, feeds, explore };
  return { text: JSON.stringify(after), feeds: after, explore };
}
