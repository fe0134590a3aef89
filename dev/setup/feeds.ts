import { streamNameOf } from "../../contract/feed.ts";
import { covers } from "../../contract/subjects.ts";
import { type Feed, mayRead, problemLine, readConfig } from "../../worker/config.ts";
import { historySubject, type Readable } from "./accounts.ts";
import { SetupError } from "./error.ts";

/** How a stream republishes (JetStream API). */
export interface Republish {
  readonly src?: string;
  readonly dest: string;
  readonly headers_only?: boolean;
}

/** How one does for viewers: below a name of its own, so that a subject tells what it is. */
export const REPUBLISHED = { src: ">", dest: "live.>" } as const satisfies Republish;

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
  return changed({ text, feeds, explore }, withDirectGet);
}

/** What a stream is for the feeds that read it. */
export interface StreamForFeeds {
  readonly name: string;
  readonly subjects: readonly string[];
  /** As the stream does it; undefined where it doesn't. */
  readonly republish: Republish | undefined;
}

/**
 * The feeds, of which every one whose subject lies within the stream's subjects reads that stream.
 * One that reads it already hears it as it republishes, wherever its subject lies.
 * @throws SetupError when none does
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
    // Another stream is neither asked nor heard under the name of the one before it.
    const own = before.name === name ? before : null;
    const directGet = own?.directGet ?? historySubject(name);
    const republished = republishedSubject(feed.subject, republish, own?.republished);
    return { ...feed, stream: { ...kept, name, directGet, ...(republished ? { republished } : {}) } };
  });
}

/** What a feed hears of what its stream republishes; where that isn't our way, it has to say so itself. */
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
  // Under JetStream's own name viewers would ask in their own account, which has no streams.
  if (stream.directGet !== undefined && !stream.directGet.startsWith("$JS.")) return feed;
  return { ...feed, stream: { ...stream, directGet: historySubject(stream.name) } };
}

/**
 * The feeds after a change, and as text where one is not what it was: each whole, for a subject alone can't say it.
 * @throws SetupError where viewers would read what asks for a stream: nobody need have written that name
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
