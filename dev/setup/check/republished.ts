import { republishedTo } from "../../../contract/feed.ts";
import { covers } from "../../../contract/subjects.ts";
import type { Feed } from "../../../worker/config.ts";
import { type CommandOf, streamWords } from "../command.ts";
import type { Republish } from "../feeds.ts";
import { type Finding, fail } from "./finding.ts";

/**
 * Checks that a stream republishes all of a feed to the subject that the feed names, if it names one.
 * @param republish the stream's configuration; undefined when it republishes nothing
 */
export function checkRepublished(
  name: string,
  republish: Republish | undefined,
  feed: Feed,
  commandOf: CommandOf,
): readonly Finding[] {
  const heard = republishedTo(feed);
  if (heard === undefined) return [];
  const found = wrongOf(republish, feed.subject, heard);
  if (found === null) return [];
  const command = commandOf(`${streamWords(name, [feed.subject])} --republish`);
  const fix = `fix the stream or FEEDS; ${command} fixes both`;
  return [fail(`the stream ${name} ${found}`, fix)];
}

function wrongOf(republish: Republish | undefined, subject: string, heard: string): string | null {
  if (republish === undefined) return `republishes nothing, so nothing arrives on ${heard}`;
  // Without `src` the stream republishes everything that it stores.
  const { src, dest, headers_only = false } = republish;
  if (!covers(dest, heard)) return `republishes to ${dest}, not to ${heard}`;
  if (!covers(src || ">", subject)) return `republishes only ${src}, not all of ${subject}`;
  return headers_only ? "republishes headers without payloads" : null;
}
