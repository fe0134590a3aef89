import type { NatsConnection } from "@nats-io/nats-core";
import { covers } from "../../contract/subjects.ts";
import { type Given, readDeployment, withFeeds } from "./deployment.ts";
import { REPUBLISHED_UNDER, withStream } from "./feeds.ts";
import { redeploy } from "./next-steps.ts";
import type { StreamOptions } from "./options.ts";
import { publish, serversOf } from "./push.ts";
import { askJetStream, asUser } from "./server.ts";

/** What a new stream is where no flag says otherwise: a week, within bounds. */
const FRESH: StreamConfig = {
  retention: "limits",
  storage: "file",
  discard: "old",
  max_bytes: 2 ** 30,
  max_age: 7 * 86_400 * 1e9,
  max_msgs_per_subject: -1,
  num_replicas: 1,
};

/**
 * `setup stream`: creates the stream or changes it, lets viewers read it, and makes the feeds
 * within its subjects read it. Run again, it changes nothing that is right already.
 * @throws SetupError
 */
export async function setUpStream(options: StreamOptions, given: Given): Promise<string> {
  const { folder, via } = options;
  const before = await readDeployment(folder, given);
  const deployment = withFeeds(before, withStream(before.feeds, options));
  // First the account, which may have had no streams so far.
  const pushed = await publish(deployment, via);
  const at = { folder, servers: serversOf(deployment, via) };
  const done = await asUser("publisher", at, (publisher) => createOrUpdate(publisher, options));
  return [pushed, `${done}\n`, redeploy(deployment.settings)].join("");
}

/** A stream's configuration as JetStream has it; what isn't named here is passed on as it is. */
export interface StreamConfig {
  readonly subjects?: readonly string[];
  readonly [other: string]: unknown;
}

async function createOrUpdate(publisher: NatsConnection, options: StreamOptions): Promise<string> {
  const { name } = options;
  const there = await askJetStream<{ config: StreamConfig }>(publisher, `STREAM.INFO.${name}`);
  const wanted = streamConfig(there?.config ?? null, options);
  await askJetStream(publisher, `STREAM.${there === null ? "CREATE" : "UPDATE"}.${name}`, wanted);
  return `${there === null ? "created" : "updated"}: the stream ${name} on ${wanted.subjects?.join(", ")}`;
}

/**
 * The configuration to ask for. What isn't ours to say stays as it is: whoever made the stream had
 * reasons, and a limit that nobody asked for deletes messages.
 * @param before the one that the stream has; null for a new stream
 */
export function streamConfig(
  before: StreamConfig | null,
  { name, subjects, limits, isRepublished }: Omit<StreamOptions, "folder" | "via">,
): StreamConfig {
  const { republish: _old, ...kept } = before ?? FRESH;
  return {
    ...kept,
    ...limits,
    name,
    subjects: together(kept.subjects ?? [], subjects),
    // What a viewer asks for is answered by it alone.
    allow_direct: true,
    ...(isRepublished ? { republish: { src: ">", dest: `${REPUBLISHED_UNDER}.>` } } : {}),
  };
}

/** All of them but those that another covers: JetStream takes no two that overlap. */
function together(some: readonly string[], others: readonly string[]): readonly string[] {
  const all = [...new Set([...some, ...others])];
  return all.filter((one) => !all.some((other) => other !== one && covers(other, one)));
}
