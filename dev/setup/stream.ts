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

/** What a new stream is where no flag says otherwise: a week, within bounds. */
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
 * `setup stream`: creates the stream or changes it, lets viewers read it, and makes the feeds
 * within its subjects read it. Run again, it changes nothing that is right already.
 * @throws SetupError
 */
export async function setUpStream(options: StreamOptions, given: Overrides): Promise<string> {
  const { folder, via, name, subjects } = options;
  const before = await readDeployment(folder, given);
  const at = { folder, servers: serversOf(before, via) };
  const asPublisher = <T>(api: string, body?: object) =>
    asUser("publisher", at, (publisher) => requestJetStream<T>(publisher, `STREAM.${api}.${name}`, body));
  const there = await asPublisher<{ config: StreamConfig }>("INFO");
  const wanted = streamConfig(there?.config ?? null, options);
  const feeds = withStream(before.feeds, { name, subjects, republish: wanted.republish });
  const deployment = withFeeds(before, feeds);
  // Before the stream: what can't be written or pushed leaves it as it is. A push may cut the publisher off.
  const pushed = await publish(deployment, via);
  await asPublisher(there === null ? "CREATE" : "UPDATE", wanted);
  const done = `${there === null ? "created" : "updated"} the stream ${name} on ${wanted.subjects?.join(", ")}`;
  const width = findingLines(overexposed(name, wanted.subjects ?? [], feeds));
  return [pushed, `${done}\n`, width, redeploy(deployment)].join("");
}

/** A stream's configuration as JetStream has it; what isn't named here is passed on as it is. */
export interface StreamConfig {
  readonly subjects?: readonly string[];
  readonly republish?: Republish | undefined;
  readonly [other: string]: unknown;
}

/**
 * The configuration to ask for. What isn't ours to say stays as it is: whoever made the stream had
 * reasons, and a limit that nobody asked for deletes messages.
 * @param before the one that the stream has; null for a new stream
 * @throws SetupError where JetStream would refuse its subjects
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
    // What a viewer asks for is answered by it alone.
    allow_direct: true,
    ...(wanted === undefined ? {} : { republish: wanted }),
  };
}

/** All of them but those that another covers: JetStream takes no two that overlap. */
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
