import type { Missing } from "../subscriptions/gap.ts";
import { infoOf, isWhole } from "./info.ts";
import type { Unproven } from "./place.ts";
import type { Stream } from "./stream.ts";

/** How often it is counted before a difference counts: what is stored between two requests looks like one. */
const TRIES = 3;

/**
 * How many messages are missing among sequences that nobody has named: those that the stream
 * has no message for at all. The others belong to subjects that the filter doesn't match.
 * @throws AskError
 */
export async function missingOf(stream: Stream, { after, upTo, count }: Unproven): Promise<Missing> {
  let absent = count;
  for (let turn = 0; turn < TRIES && absent > 0; turn += 1) {
    const [from, beyond] = await Promise.all([stream.find(after + 1, ">"), stream.find(upTo + 1, ">")]);
    const present = stream.counts
      ? (from?.count ?? 0) - (beyond?.count ?? 0)
      : // A server that doesn't count shows how much is gone from the beginning.
        upTo + 1 - Math.min(from?.first.sequence ?? Number.POSITIVE_INFINITY, upTo + 1);
    absent = Math.min(absent, upTo - after - present);
  }
  if (absent <= 0) return { exactly: 0 };
  return isWhole(await infoOf(stream), stream.filter) ? { exactly: absent } : { atMost: absent };
}
