import type { NatsConnection } from "@nats-io/nats-core";
import { type Given, readDeployment, withFeeds } from "./deployment.ts";
import { REPUBLISHED_UNDER, withStream } from "./feeds.ts";
import { deployCommands } from "./next-steps.ts";
import type { StreamOptions } from "./options.ts";
import { publish, serversOf } from "./push.ts";
import { askJetStream, asUser } from "./server.ts";

const NANOSECONDS_PER_MS = 1_000_000;

/**
 * `setup stream`: creates the stream or changes it, lets viewers read it, and makes the feeds
 * within its subjects read it. Run again, it changes nothing that is right already.
 * @throws SetupError
 */
export async function setUpStream(options: StreamOptions, given: Given): Promise<string> {
  const { folder, via, name } = options;
  const before = await readDeployment(folder, given);
  const deployment = withFeeds(before, withStream(before.feeds, options));
  // First the account, which may have had no streams so far.
  const pushed = await publish(deployment, via);
  const at = { folder, servers: serversOf(deployment, via) };
  const done = await asUser("publisher", at, (publisher) => createOrUpdate(publisher, options));
  return [
    pushed,
    `${done}: the stream ${name} on ${options.subjects.join(", ")}\n`,
    "for the worker to know of it:\n",
    ...deployCommands(deployment).map((command) => `  ${command}\n`),
  ].join("");
}

interface StreamInfo {
  readonly config: Readonly<Record<string, unknown>>;
}

async function createOrUpdate(publisher: NatsConnection, options: StreamOptions): Promise<string> {
  const { name, subjects, maxBytes, maxAgeMs, maxPerSubject, replicas, isRepublished } = options;
  const wanted = {
    name,
    subjects,
    max_bytes: maxBytes,
    max_age: maxAgeMs * NANOSECONDS_PER_MS,
    max_msgs_per_subject: maxPerSubject,
    num_replicas: replicas,
    discard: "old",
    // What a viewer asks for is answered by it alone.
    allow_direct: true,
    ...(isRepublished ? { republish: { src: ">", dest: `${REPUBLISHED_UNDER}.>` } } : {}),
  };
  const there = await askJetStream<StreamInfo>(publisher, `STREAM.INFO.${name}`);
  if (there === null) {
    const fresh = { retention: "limits", storage: "file", ...wanted };
    await askJetStream(publisher, `STREAM.CREATE.${name}`, fresh);
    return "created";
  }
  // What isn't ours to say stays as it is: whoever made it had reasons.
  const { republish: _old, ...kept } = there.config;
  await askJetStream(publisher, `STREAM.UPDATE.${name}`, { ...kept, ...wanted });
  return "updated";
}
