import * as v from "valibot";
import { directGetSubject, type Feed, feedSchema } from "../../contract/feed.ts";
import { expandFeed } from "../../contract/short-feed.ts";
import { subject } from "../../contract/source.ts";
import { DEFAULT_FEEDS } from "../default-feeds.ts";
import { mayRead } from "../token/claims.ts";
import { type SettingsReader, type WithPath, withoutPaths } from "./settings-reader.ts";

const MAX_FEEDS = 32;
const LIST_FIX = "use a JSON array of feeds or a comma-separated list of subjects";

/**
 * Reads FEEDS, which replaces the default feeds. An entry is a feed, a subject, or the id of a default feed.
 * @param explore the subjects that viewers may read besides
 */
export function readFeeds(reader: SettingsReader, explore: readonly WithPath<string>[]): WithPath<Feed>[] {
  const entries = entriesOf(reader) ?? DEFAULT_FEEDS.map(({ id }) => id);
  if (entries.length === 0) reader.report("FEEDS", "is empty", "list at least one feed");
  if (entries.length > MAX_FEEDS) {
    reader.report("FEEDS", `lists ${entries.length} feeds`, `list at most ${MAX_FEEDS}`);
    return [];
  }
  const taken = new Set(entries.flatMap(givenId));
  const feeds: WithPath<Feed>[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = `FEEDS[${index}]`;
    const feed = readFeed(reader, entry, path, taken);
    if (feed === null) continue;
    if (feeds.some((one) => one.entry.id === feed.id)) {
      reader.report("FEEDS", "is another feed's id", "give each feed its own id", `${path}.id`);
    }
    taken.add(feed.id);
    feeds.push({ entry: feed, path });
  }
  checkDirectGet(reader, feeds, explore);
  return feeds;
}

/** The entries of FEEDS; null if it isn't set or isn't a list. */
function entriesOf(reader: SettingsReader): readonly unknown[] | null {
  const value = reader.parsed("FEEDS", LIST_FIX) ?? null;
  if (value === null || Array.isArray(value)) return value;
  if (typeof value === "string") {
    const text = reader.text("FEEDS");
    return text === "" ? null : text.split(",").map((entry) => entry.trim());
  }
  reader.report("FEEDS", "is not a list", LIST_FIX);
  return null;
}

/** The id that an entry already has, which no generated id may take. */
function givenId(entry: unknown): readonly string[] {
  const { id } = (defaultFeed(entry) ?? entry ?? {}) as { readonly id?: unknown };
  return typeof id === "string" ? [id] : [];
}

function defaultFeed(named: unknown): Feed | undefined {
  return DEFAULT_FEEDS.find(({ id }) => id === named);
}

function readFeed(reader: SettingsReader, entry: unknown, path: string, taken: Set<string>): Feed | null {
  const known = defaultFeed(entry);
  if (known !== undefined) return known;
  if (entry === "") {
    reader.report("FEEDS", "is empty", "remove the extra comma", path);
  } else {
    // The schema would report an array's indexes as unknown fields.
    const given = Array.isArray(entry) ? null : expandFeed(entry, taken);
    const result = v.safeParse(feedSchema, given, { abortPipeEarly: true });
    if (result.success) return result.output;
    for (const issue of result.issues) addIssue(reader, issue, path);
  }
  return null;
}

/**
 * Reports a `directGet` subject that viewers can read. Pages publish their stream requests to it, which would then show
 * up among the events, and viewers could publish events.
 */
function checkDirectGet(
  reader: SettingsReader,
  feeds: readonly WithPath<Feed>[],
  explore: readonly WithPath<string>[],
): void {
  // JetStream's own subjects are the default, and an operator who lists `$JS.` subjects wants to see such requests.
  const imported = feeds.filter(({ entry }) => !directGetSubject(entry).startsWith("$JS."));
  for (const { entry, path } of imported) {
    if (!mayRead(directGetSubject(entry), { feeds: withoutPaths(feeds), explore: [] })) continue;
    const fix = "use the subject under which Direct Get is imported, such as history.ORDERS";
    reader.report("FEEDS", "is a subject that viewers can read", fix, `${path}.stream.directGet`);
  }
  for (const { entry, path } of explore) {
    const explored = { feeds: [], explore: [entry] };
    if (!imported.some((feed) => mayRead(directGetSubject(feed.entry), explored))) continue;
    const fix = "use subjects that don't match any feed's `directGet`";
    reader.report("EXPLORE", "would let viewers read requests to a feed's stream", fix, path);
  }
}

function addIssue(reader: SettingsReader, issue: v.BaseIssue<unknown>, feedPath: string): void {
  const path = feedPath + (issue.path ?? []).map(({ key }) => pathSegment(key)).join("");
  reader.report("FEEDS", ...messageOf(issue), path);
}

function messageOf(issue: v.BaseIssue<unknown>): readonly [message: string, fix: string] {
  if (issue.type === "strict_object") {
    if (issue.expected === "never") return ["is not a known field", "correct its name or remove it"];
    return issue.input === undefined ? ["is missing", "add it"] : ["is invalid", "use a JSON object"];
  }
  return [issue.input === undefined ? "is missing" : "is invalid", issue.message];
}

function pathSegment(key: unknown): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[A-Za-z_]\w*$/.test(String(key)) ? `.${key}` : `[${JSON.stringify(String(key).slice(0, 80))}]`;
}

/** Reads EXPLORE: the subjects that viewers may read besides the feeds'. */
export function readExplore(reader: SettingsReader): readonly WithPath<string>[] {
  return reader.list("EXPLORE").filter(({ entry, path }) => {
    const isSubject = v.is(subject, entry);
    if (!isSubject) reader.report("EXPLORE", "is not a NATS subject", "use a subject such as orders.>", path);
    return isSubject;
  });
}
