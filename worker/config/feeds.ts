import * as v from "valibot";
import { directGetOf, type Feed, feedSchema } from "../../contract/feed.ts";
import { expandFeed } from "../../contract/short-feed.ts";
import { subject } from "../../contract/source.ts";
import { EGOS_FEEDS } from "../egos.ts";
import { mayRead } from "../token/claims.ts";
import { type Placed, type Reading, withoutPlaces } from "./reading.ts";

const MAX_FEEDS = 32;
const WANTED = "use a JSON array of feeds or a comma-separated list of subjects";

/**
 * The page's feeds. FEEDS is the whole list, in its order; a subject stands for a feed of it, the id of a default
 * feed for that feed.
 * @param explore what viewers may look at besides
 */
export function readFeeds(reading: Reading, explore: readonly Placed<string>[]): readonly Placed<Feed>[] {
  const entries = entriesOf(reading) ?? EGOS_FEEDS.map(({ id }) => id);
  if (entries.length === 0) reading.wrong("FEEDS", "is empty", "list at least one feed");
  if (entries.length > MAX_FEEDS) {
    reading.wrong("FEEDS", `lists ${entries.length} feeds`, `list at most ${MAX_FEEDS}`);
    return [];
  }
  const taken = new Set(entries.flatMap(ownId));
  const feeds: Placed<Feed>[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = `FEEDS[${index}]`;
    const feed = readFeed(reading, entry, path, taken);
    if (feed === null) continue;
    if (feeds.some((one) => one.entry.id === feed.id)) {
      reading.wrong("FEEDS", "is another feed's id", "give each feed its own id", `${path}.id`);
    }
    taken.add(feed.id);
    feeds.push({ entry: feed, path });
  }
  checkDirectGet(reading, feeds, explore);
  return feeds;
}

/** The entries; null when there is no FEEDS, or it is no list. */
function entriesOf(reading: Reading): readonly unknown[] | null {
  const value = reading.parsed("FEEDS", WANTED) ?? null;
  if (value === null || Array.isArray(value)) return value;
  if (typeof value === "string") {
    const text = reading.text("FEEDS");
    return text === "" ? null : text.split(",").map((entry) => entry.trim());
  }
  reading.wrong("FEEDS", "is not a list", WANTED);
  return null;
}

/** The id that an entry has already, so that none that is made for another takes it. */
function ownId(entry: unknown): readonly string[] {
  const { id } = (defaultFeed(entry) ?? entry ?? {}) as { readonly id?: unknown };
  return typeof id === "string" ? [id] : [];
}

function defaultFeed(named: unknown): Feed | undefined {
  return EGOS_FEEDS.find(({ id }) => id === named);
}

function readFeed(reading: Reading, entry: unknown, path: string, taken: ReadonlySet<string>): Feed | null {
  const known = defaultFeed(entry);
  if (known !== undefined) return known;
  if (entry === "") {
    reading.wrong("FEEDS", "is empty", "remove the extra comma", path);
  } else {
    // To the schema a list is an object, with fields of its own.
    const given = Array.isArray(entry) ? null : expandFeed(entry, taken);
    const result = v.safeParse(feedSchema, given, { abortPipeEarly: true });
    if (result.success) return result.output;
    for (const issue of result.issues) addIssue(reading, issue, path);
  }
  return null;
}

/**
 * What asks for a feed's stream is published at `directGet`. Where that is a subject that is heard itself, each page
 * would put its questions among the events, and viewers might publish there.
 */
function checkDirectGet(
  reading: Reading,
  feeds: readonly Placed<Feed>[],
  explore: readonly Placed<string>[],
): void {
  // JetStream's own name nobody need have given; whoever looks at its API means to see such questions.
  const asking = feeds.filter(({ entry }) => !directGetOf(entry).startsWith("$JS."));
  const heard = withoutPlaces(feeds);
  for (const { entry, path } of asking) {
    if (!mayRead(directGetOf(entry), { feeds: heard, explore: [] })) continue;
    const fix = "use the subject under which Direct Get is imported, such as history.ORDERS";
    reading.wrong("FEEDS", "is a subject that viewers can read", fix, `${path}.stream.directGet`);
  }
  for (const { entry, path } of explore) {
    const asked = { feeds: [], explore: [entry] };
    if (!asking.some((feed) => mayRead(directGetOf(feed.entry), asked))) continue;
    const fix = "use subjects that don't match any feed's `directGet`";
    reading.wrong("EXPLORE", "would let viewers read requests to a feed's stream", fix, path);
  }
}

function addIssue(reading: Reading, issue: v.BaseIssue<unknown>, feedPath: string): void {
  const path = feedPath + (issue.path ?? []).map(({ key }) => step(key)).join("");
  reading.wrong("FEEDS", ...wordsOf(issue), path);
}

function wordsOf(issue: v.BaseIssue<unknown>): readonly [message: string, fix: string] {
  if (issue.type === "strict_object") {
    if (issue.expected === "never") return ["is not a known field", "correct its name or remove it"];
    return issue.input === undefined ? ["is missing", "add it"] : ["is invalid", "use a JSON object"];
  }
  return [issue.input === undefined ? "is missing" : "is invalid", issue.message];
}

function step(key: unknown): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[A-Za-z_]\w*$/.test(String(key)) ? `.${key}` : `[${JSON.stringify(String(key).slice(0, 80))}]`;
}

/** EXPLORE: what viewers may look at besides the feeds. */
export function readExplore(reading: Reading): readonly Placed<string>[] {
  return reading.list("EXPLORE").filter(({ entry, path }) => {
    const isSubject = v.is(subject, entry);
    if (!isSubject) reading.wrong("EXPLORE", "is not a NATS subject", "use a subject such as orders.>", path);
    return isSubject;
  });
}
