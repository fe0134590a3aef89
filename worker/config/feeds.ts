import * as v from "valibot";
import { type Feed, feedSchema } from "../../contract/feed.ts";
import type { ConfigProblem } from "../../contract/problem.ts";
import { EGOS_FEEDS } from "../egos.ts";
import { quoted } from "./problem.ts";

const MAX_FEEDS = 32;

/**
 * The page's feeds, or what is wrong with FEEDS. FEEDS is the whole list, in its
 * order; the id of a default feed stands for that feed.
 */
export function readFeeds(feedsJson: string | undefined): {
  feeds: readonly Feed[];
  problems: readonly ConfigProblem[];
} {
  if (feedsJson === undefined || feedsJson.trim() === "") return { feeds: EGOS_FEEDS, problems: [] };
  const parsed = parseList(feedsJson);
  if (!Array.isArray(parsed)) return { feeds: [], problems: [parsed] };
  const read = parsed.map((entry, index) => readFeed(entry, `FEEDS[${index}]`));
  const feeds = read.flatMap(({ feed }) => (feed === null ? [] : [feed]));
  const problems = [...read.flatMap((one) => one.problems), ...repeated(feeds)];
  return { feeds, problems };
}

function parseList(feedsJson: string): unknown[] | ConfigProblem {
  const wanted = "give a JSON array of feeds";
  let parsed: unknown;
  try {
    parsed = JSON.parse(feedsJson);
  } catch (error) {
    return problem("FEEDS", `is not JSON (${(error as Error).message.slice(0, 100)})`, wanted);
  }
  if (!Array.isArray(parsed)) return problem("FEEDS", "is not a list", wanted);
  if (parsed.length === 0) return problem("FEEDS", "is empty", "name at least one feed");
  if (parsed.length > MAX_FEEDS) {
    return problem("FEEDS", `has ${parsed.length} feeds`, `give at most ${MAX_FEEDS}`);
  }
  return parsed;
}

interface ReadFeed {
  readonly feed: Feed | null;
  readonly problems: readonly ConfigProblem[];
}

function readFeed(entry: unknown, path: string): ReadFeed {
  if (typeof entry === "string") {
    const feed = EGOS_FEEDS.find(({ id }) => id === entry) ?? null;
    const known = EGOS_FEEDS.map(({ id }) => id).join(", ");
    const unknown = problem(
      path,
      `is ${quoted(entry)}, no default feed`,
      `give an object, or one of ${known}`,
    );
    return { feed, problems: feed === null ? [unknown] : [] };
  }
  const result = v.safeParse(feedSchema, entry);
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
