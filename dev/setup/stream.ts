import { covers } from "../../contract/subjects.ts";
import { overexposed } from "./check/exposure.ts";
import { findingLines } from "./check/finding.ts";
import { type Overrides, readDeployment, withFeeds } from "./deployment.ts";
import { SetupError } from "./error.ts";
import { REPUBLISHED, type Republish, withStream } from "./feeds.ts";
import { redeploy } from "./next-steps.ts";
import type { StreamOptions } from "./options.ts";
import { publish, serversOf } from "./push.ts";
import { asUser, requestJetStream } from "./server.ts";
import { disjoint, overlap } from "./subjects.ts";

/** Configuration of a new stream without flags: one week, at most 1 GiB. */
const FRESH: StreamConfig = {
  retention: "limits",
  storage: "file",
  discard: "old",
  max_bytes: 2 ** 30,
  max_age: 7 * 86_400 * 1e9,
  max_msgs_per_subject: -1,
  num_replicas: 1,
  republish: REPUBLISHED,
};

/**
 * `setup stream`: creates or updates a stream, lets viewers read it, and makes the feeds within its subjects read it.
 * Idempotent. @throws SetupError
 */
export async function setUpStream(options: StreamOptions, given: Overrides): Promise<string> {
  const { folder, via, name, subjects } = options;
  const before = await readDeployment(folder, given);
  const at = { folder, servers: serversOf(before, via) };
  const asPublisher = <T>(api: string, body?: object) =>
    asUser("publisher", at, (publisher) => requestJetStream<T>(publisher, `STREAM.${api}.${name}`, body));
  const existing = await asPublisher<{ config: StreamConfig }>("INFO");
  const wanted = streamConfig(existing?.config ?? null, options);
  const feeds = withStream(before.feeds, { name, subjects, republish: wanted.republish });
  const deployment = withFeeds(before, feeds);
  // Pushed before the stream changes, so that a failure leaves the stream as it is. A push may disconnect the publisher.
  const pushed = await publish(deployment, via);
  await asPublisher(existing === null ? "CREATE" : "UPDATE", wanted);
  const done = `${existing === null ? "created" : "updated"} the stream ${name} on ${wanted.subjects?.join(", ")}`;
  const warnings = findingLines(overexposed(name, wanted.subjects ?? [], feeds));
  return [pushed, `${done}\n`, warnings, redeploy(deployment)].join("");
}

/** A stream's configuration in JetStream's format; fields that aren't named here are passed through. */
export interface StreamConfig {
  readonly subjects?: readonly string[];
  readonly republish?: Republish | undefined;
  readonly [other: string]: unknown;
}

/**
 * The stream's new configuration. Keeps everything that the options don't name: a limit that nobody asked for
 * would delete messages.
 * @param before the current configuration; null for a new stream
 * @throws SetupError when JetStream would refuse the subjects
 */
export function streamConfig(
  before: StreamConfig | null,
  { name, subjects, limits, isRepublished }: Omit<StreamOptions, "folder" | "via">,
): StreamConfig {
  const { republish, ...kept } = before ?? FRESH;
  const wanted = isRepublished === null ? republish : isRepublished ? REPUBLISHED : undefined;
  return {
    ...kept,
    ...limits,
    name,
    subjects: mergeSubjects(kept.subjects ?? [], subjects),
    // Viewers read streams only by Direct Get.
    allow_direct: true,
    ...(wanted === undefined ? {} : { republish: wanted }),
  };
}

/** All subjects without those that another covers. @throws SetupError when others overlap, which JetStream refuses */
function mergeSubjects(some: readonly string[], others: readonly string[]): readonly string[] {
  const all = [...new Set([...some, ...others])];
  const kept = all.filter((one) => !all.some((other) => other !== one && covers(other, one)));
  for (const [index, one] of kept.entries()) {
    const other = kept.slice(index + 1).find((later) => overlap(one, later));
    if (other === undefined) continue;
    throw new SetupError(
      `the stream's subjects ${one} and ${other} overlap, which JetStream refuses: give others, or ${disjoint([one, other])}, which matches more than both`,
    );
  }
  return kept;
}
