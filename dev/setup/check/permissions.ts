import { randomUUID } from "node:crypto";
import { createUser } from "@nats-io/nkeys";
import { streamNameOf } from "../../../contract/feed.ts";
import { type Config, readableSubjects } from "../../../worker/config.ts";
import type { Readable } from "../accounts.ts";
import type { CommandOf } from "../command.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import type { Viewer } from "./viewer.ts";

/** Payload that isn't JSON: where a request is allowed, the API rejects it and changes nothing. */
const HARMLESS = "this is only a check";

const ROLE_FIX = "remove it from the permissions of the viewers' user or of the signing key's role";

/** Attempts what a viewer must be able to do. */
export async function* checkReading(
  viewer: Viewer,
  readable: Readable,
  commandOf: CommandOf,
): AsyncGenerator<Finding> {
  const subjects = new Set(readableSubjects(readable));
  const denied: string[] = [];
  for (const subject of subjects) if (!(await viewer.maySubscribe(subject))) denied.push(subject);
  if (denied.length === 0) yield ok("viewers may read every feed");
  else {
    yield fail(
      `viewers may not read ${denied.join(", ")}`,
      `allow it with ${commandOf("push")}, or change their role`,
    );
  }
  if (!(await viewer.maySubscribe(`${viewer.inbox}.>`))) {
    yield fail("viewers can't receive replies", "let them subscribe to _INBOX.{{subject()}}.>");
  }
}

/** Attempts what a viewer must not be able to do, in a way that does no harm where it is allowed. */
export async function* checkRefusals(viewer: Viewer, { auth, feeds }: Config): AsyncGenerator<Finding> {
  const otherInbox = `_INBOX.${createUser().getPublicKey()}`;
  const inboxes = ["_INBOX.>", `${otherInbox}.>`];
  const readable = [">", "$SYS.>", "$JS.EVENT.>"];
  const names = [...new Set(feeds.flatMap((feed) => streamNameOf(feed) ?? []))];
  const writable = [
    `mycelium.check.${randomUUID()}`,
    `${otherInbox}.check`,
    "$SYS.REQ.SERVER.PING.CHECK",
    ...["SOME_STREAM", ...names].flatMap(changesOf),
  ];
  const replies = await letThrough(inboxes, (subject) => viewer.maySubscribe(subject));
  const read = await letThrough(readable, (subject) => viewer.maySubscribe(subject));
  const written = await letThrough(writable, (subject) => viewer.mayPublish(subject, HARMLESS));
  if (replies.length + read.length + written.length === 0) {
    const attempts = inboxes.length + readable.length + writable.length;
    yield ok(`viewers may do nothing else: ${attempts} attempts were refused`);
    return;
  }
  const isOpen = auth.mode === "none";
  const report = isOpen ? warn : fail;
  const fix = isOpen ? "anybody may, because NATS asks for no credentials: see docs/operating.md" : ROLE_FIX;
  if (replies.length > 0 && auth.mode === "jwt") {
    yield fail(`viewers may also read ${replies.join(", ")}`, ROLE_FIX);
  } else if (replies.length > 0 && read.length === 0) {
    yield warn(
      "viewers share a user, so they can read each other's replies",
      "use AUTH_MODE=jwt if that matters: each viewer then has a key of their own",
    );
  }
  if (read.length > 0) yield report(`viewers may also read ${read.join(", ")}`, fix);
  if (written.length > 0) yield report(`viewers may publish to ${written.join(", ")}`, fix);
}

async function letThrough(
  subjects: readonly string[],
  attempt: (subject: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const passed: string[] = [];
  for (const subject of subjects) if (await attempt(subject)) passed.push(subject);
  return passed;
}

/** Subjects of JetStream API requests that change a stream. */
function changesOf(stream: string): readonly string[] {
  return [
    `$JS.API.STREAM.CREATE.${stream}`,
    `$JS.API.STREAM.UPDATE.${stream}`,
    `$JS.API.STREAM.PURGE.${stream}`,
    `$JS.API.STREAM.DELETE.${stream}`,
    `$JS.API.STREAM.MSG.DELETE.${stream}`,
    `$JS.API.CONSUMER.CREATE.${stream}`,
    `$JS.API.CONSUMER.DURABLE.CREATE.${stream}.check`,
  ];
}
