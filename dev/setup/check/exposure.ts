import { covers } from "../../../contract/subjects.ts";
import { readableSubjects } from "../../../worker/config.ts";
import type { Readable } from "../accounts.ts";
import { type Finding, warn } from "./finding.ts";

/** Warns about a stream's subjects beyond what viewers may read: access to a stream's Direct Get covers all of them. */
export function overexposed(
  name: string,
  subjects: readonly string[],
  readable: Readable,
): readonly Finding[] {
  const meant = readableSubjects(readable);
  const beyond = subjects.filter((subject) => !meant.some((one) => covers(one, subject)));
  if (beyond.length === 0) return [];
  return [
    warn(
      `viewers can read all of ${beyond.join(", ")} from the stream ${name}, which is more than FEEDS and EXPLORE name`,
      "keep what they must not read in another stream",
    ),
  ];
}
