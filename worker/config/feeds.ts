import * as v from "valibot";
import { type Feed, feedSchema } from "../../contract/feed.ts";
import type { ConfigProblem } from "../../contract/problem.ts";
import { expandFeed } from "../../contract/short-feed.ts";
import { EGOS_FEEDS } from "../egos.ts";
import { quoted } from "./problem.ts";

const MAX_FEEDS = 32;

/**
 * The page's feeds, or what is wrong with FEEDS. FEEDS is the whole list, in its
 * order; a subject stands for a feed of it, the id of a default feed for that feed.
 */
export function readFeeds(feedsText: string | undefined): {
  feeds: readonly Feed[];
  problems: readonly ConfigProblem[];
} {
  if (feedsText === undefined || feedsText.trim() === "") return { feeds: EGOS_FEEDS, problems: [] };
  const entries = entriesOf(feedsText.trim());
  if (!Array.isArray(entries)) return { feeds: [], problems: [entries] };
  const taken = new Set(entries.flatMap(ownId));
  const read = entries.map((entry, index) => {
    const one = readFeed(entry, `FEEDS[${index}]`, taken);
    if (one.feed !== null) taken.add(one.feed.id);
    return one;
  });
  const feeds = read.flatMap(({ feed }) => (feed === null ? [] : [feed]));
  const problems = [...read.flatMap((one) => one.problems), ...repeated(feeds)];
  return { feeds, problems };
}

/** A JSON array of feeds, or subjects between commas. */
function entriesOf(feedsText: string): unknown[] | ConfigProblem {
  const isShort = !/^[[{"]/.test(feedsText);
  const entries = isShort ? shortEntries(feedsText) : parseList(feedsText);
  if (Array.isArray(entries) && entries.length > MAX_FEEDS) {
    return problem("FEEDS", `has ${entries.length} feeds`, `give at most ${MAX_FEEDS}`);
  }
  return entries;
}

/** `orders.>, iot.*.telemetry`: each a subject, unless it is a default feed's id. */
function shortEntries(feedsText: string): unknown[] {
  const texts = feedsText.split(",").map((text) => text.trim());
  return texts.map((text) => (isDefault(text) || text === "" ? text : { subject: text }));
}

function parseList(feedsJson: string): unknown[] | ConfigProblem {
  const wanted = "give a JSON array of feeds, or subjects between commas";
  let parsed: unknown;
  try {
    parsed = JSON.parse(feedsJson);
  } catch (error) {
    return problem("FEEDS", `is not JSON (${(error as Error).message.slice(0, 100)})`, wanted);
  }
  if (!Array.isArray(parsed)) return problem("FEEDS", "is not a list", wanted);
  if (parsed.length === 0) return problem("FEEDS", "is empty", "name at least one feed");
  return parsed;
}

/** The id that an entry has already, so that none that is made for another takes it. */
function ownId(entry: unknown): readonly string[] {
  if (typeof entry === "string") return isDefault(entry) ? [entry] : [];
  if (typeof entry !== "object" || entry === null || !("id" in entry)) return [];
  return typeof entry.id === "string" ? [entry.id] : [];
}

function isDefault(text: string): boolean {
  return EGOS_FEEDS.some(({ id }) => id === text);
}

interface ReadFeed {
  readonly feed: Feed | null;
  readonly problems: readonly ConfigProblem[];
}

function readFeed(entry: unknown, path: string, taken: ReadonlySet<string>): ReadFeed {
  const known = EGOS_FEEDS.find(({ id }) => id === entry);
  if (known !== undefined) return { feed: known, problems: [] };
  if (entry === "") return { feed: null, problems: [problem(path, "is empty", "remove the extra comma")] };
  // A word without a dot is more often a misspelt id than a subject.
  if (typeof entry === "string" && !/[.*>]/.test(entry)) {
    const ids = EGOS_FEEDS.map(({ id }) => id).join(", ");
    const fix = `give a subject such as orders.>, an object, or one of ${ids}`;
    return { feed: null, problems: [problem(path, `is ${quoted(entry)}, no default feed`, fix)] };
  }
  const result = v.safeParse(feedSchema, expandFeed(entry, taken), { abortPipeEarly: true });
  if (result.success) return { feed: result.output, problems: [] };
  return { feed: null, problems: result.issues.map((issue) => fromIssue(issue, path)) };
}

function fromIssue(issue: v.BaseIssue<unknown>, feedPath: string): ConfigProblem {
  const path = feedPath + (issue.path ?? []).map(({ key }) => step(key)).join("");
  if (issue.type === "strict_object") {
    if (issue.expected === "never")
      return problem(path, "is not a known field", "remove it or correct its name");
    if (issue.input === undefined) return problem(path, "is missing", "add it");
    return problem(path, "is wrong", "give a JSON object");
  }
  if (issue.input === undefined) return problem(path, "is missing", issue.message);
  const shown = typeof issue.input === "string" ? ` (${quoted(issue.input)})` : "";
  return problem(path, `is wrong${shown}`, issue.message);
}

function step(key: unknown): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[A-Za-z_]\w*$/.test(String(key)) ? `.${key}` : `[${quoted(String(key))}]`;
}

function repeated(feeds: readonly Feed[]): readonly ConfigProblem[] {
  return feeds.flatMap((feed, index) => {
    const first = feeds.findIndex(({ id }) => id === feed.id);
    if (first === index) return [];
    return [problem(`FEEDS[${index}].id`, `repeats ${quoted(feed.id)}`, "give each feed an id of its own")];
  });
}

function problem(path: string, message: string, fix: string): ConfigProblem {
  return { variable: "FEEDS", path, message, fix };
}
