import type { NatsConnection } from "@nats-io/nats-core";
import { directGetSubject, streamNameOf } from "../../../contract/feed.ts";
import { covers } from "../../../contract/subjects.ts";
import type { Feed } from "../../../worker/config.ts";
import type { Readable } from "../accounts.ts";
import { type CommandOf, streamWords } from "../command.ts";
import type { Republish } from "../feeds.ts";
import { requestJetStream } from "../server.ts";
import { bucketOf, disjoint } from "../subjects.ts";
import { overexposed } from "./exposure.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import { checkRepublished } from "./republished.ts";
import type { Viewer } from "./viewer.ts";

/** Milliseconds to wait for a stream's answer. */
const ANSWER_LIMIT_MS = 5000;

const ACCOUNTS_FIX =
  "give viewers a separate account that imports what they read, as npm run setup does: otherwise a viewer's request can store its reply in the stream";

/**
 * Checks the feeds' streams as a viewer and, with credentials, as their owner.
 * @param owner a connection of the streams' account; null without its credentials
 */
export async function* checkStreams(
  viewer: Viewer,
  owner: NatsConnection | null,
  readable: Readable,
  commandOf: CommandOf,
): AsyncGenerator<Finding> {
  const withStream = readable.feeds.filter((feed) => streamNameOf(feed) !== null);
  if (withStream.length === 0) return;
  for (const name of new Set(withStream.map((feed) => streamNameOf(feed) ?? ""))) {
    const reading = withStream.filter((feed) => streamNameOf(feed) === name);
    // Feeds with the same Direct Get subject need only one request.
    const asked = new Set<string>();
    for (const feed of reading) {
      if (asked.has(directGetSubject(feed))) continue;
      asked.add(directGetSubject(feed));
      yield await checkHistory(viewer, feed, fixOf(name, reading, commandOf));
    }
    if (owner === null) continue;
    const info = await requestJetStream<StreamInfo>(owner, `STREAM.INFO.${name}`);
    yield* checkConfiguration(name, info, reading, commandOf);
    // With a transform, these subjects are only those that the stream listens on.
    const isTransformed = info?.config.subject_transform !== undefined;
    yield* overexposed(name, isTransformed ? [] : (info?.config.subjects ?? []), readable);
  }
  yield await checkAccounts(viewer, owner, withStream);
}

/** Checks that a viewer gets an answer from the Direct Get subject that the page uses. */
async function checkHistory(viewer: Viewer, feed: Feed, fix: Fix): Promise<Finding> {
  const name = streamNameOf(feed) ?? "";
  const subject = directGetSubject(feed);
  const body = JSON.stringify({ last_by_subj: feed.subject });
  try {
    const answer = await viewer.nats.request(subject, body, { timeout: ANSWER_LIMIT_MS });
    const status = answer.headers?.code ?? 0;
    // 404: the stream has no message yet (ADR-31).
    if (status === 0 || status === 404) return ok(`viewers can read the stream ${name} through ${subject}`);
    return fail(
      `the stream ${name} answers viewers with ${status} ${answer.headers?.description}`,
      "see nats-server's log",
    );
  } catch (error) {
    return fail(
      `the stream ${name} does not answer viewers on ${subject} (${(error as Error).message})`,
      fix.of === "bucket"
        ? fix.text
        : `create the stream with allow_direct, and let viewers import and publish to that subject; ${fix.text} does all of it`,
    );
  }
}

/** How to create a stream or bucket for all feeds that read it. */
interface Fix {
  readonly of: "stream" | "bucket";
  readonly text: string;
}

function fixOf(name: string, reading: readonly Feed[], commandOf: CommandOf): Fix {
  const subjects = reading.map(({ subject }) => subject);
  // A bucket needs its own kind of limits: as a stream of ours it would forget keys after a week.
  const bucket = subjects.map(bucketOf).find((one) => one !== null);
  if (bucket === undefined) return { of: "stream", text: commandOf(streamWords(name, disjoint(subjects))) };
  const text = `create the bucket (nats kv add ${bucket}), then let viewers read it: ${commandOf("push")}`;
  return { of: "bucket", text };
}

interface StreamInfo {
  readonly config: {
    readonly subjects?: readonly string[];
    readonly allow_direct?: boolean;
    readonly republish?: Republish;
    readonly mirror?: object;
    readonly sources?: object;
    readonly subject_transform?: object;
  };
}

function* checkConfiguration(
  name: string,
  info: StreamInfo | null,
  reading: readonly Feed[],
  commandOf: CommandOf,
): Generator<Finding> {
  if (info === null) {
    yield fail(`there is no stream ${name}`, fixOf(name, reading, commandOf).text);
    return;
  }
  const { subjects = [], allow_direct, republish, mirror, sources, subject_transform } = info.config;
  const isCopy = (mirror ?? sources ?? subject_transform) !== undefined;
  if (allow_direct !== true)
    yield fail(`the stream ${name} has no allow_direct`, "set it: viewers read streams only by Direct Get");
  if (isCopy) {
    const wanted = disjoint(reading.map(({ subject }) => subject)).join(", ");
    yield warn(
      `the stream ${name} copies or renames messages (mirror, sources or subject_transform), so its configuration doesn't tell what it stores`,
      `make sure that it stores ${wanted}, and nothing that viewers must not read`,
    );
  }
  for (const feed of reading) {
    if (!isCopy && !subjects.some((one) => covers(one, feed.subject))) {
      yield fail(
        `the stream ${name} doesn't store ${feed.subject}`,
        `add it to the stream's subjects (now ${subjects.join(", ") || "none"})`,
      );
    }
    yield* checkRepublished(name, republish, feed, commandOf);
  }
}

/**
 * Checks that viewers and streams are in different accounts: in the same account, a message of the owner to
 * a viewer's inbox arrives, and a viewer could direct a stream's reply into a stream.
 */
async function checkAccounts(
  viewer: Viewer,
  owner: NatsConnection | null,
  feeds: readonly Feed[],
): Promise<Finding> {
  if (owner === null) {
    const named = feeds.filter((feed) => directGetSubject(feed).startsWith("$JS."));
    if (named.length === 0)
      return ok("viewers request history in a separate account, as far as its subjects show");
    return warn(
      "viewers request history on JetStream's own subjects: they seem to be in the streams' account",
      ACCOUNTS_FIX,
    );
  }
  let isHeard = false;
  const subject = `${viewer.inbox}.account`;
  viewer.nats.subscribe(subject, {
    callback: () => {
      isHeard = true;
    },
  });
  await viewer.nats.flush();
  owner.publish(subject);
  await owner.flush();
  await viewer.nats.flush();
  return isHeard
    ? fail("viewers are in the streams' account", ACCOUNTS_FIX)
    : ok("viewers and streams are in different accounts");
}
