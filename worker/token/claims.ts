import { directGetOf, type Feed, heardSubject } from "../../contract/feed.ts";
import { covers } from "../../contract/subjects.ts";

/** What a viewer may do: read the feeds, and nothing else. */
export interface ViewerPermissions {
  readonly pub: { readonly allow: readonly string[] } | { readonly deny: readonly string[] };
  readonly sub: { readonly allow: readonly string[] };
  readonly subs: number;
  readonly data: number;
  readonly payload: number;
  readonly allowed_connection_types: readonly ["WEBSOCKET"];
}

/** Beyond the feeds: inboxes, and the moment when an old and a new subscription overlap. */
const SPARE_SUBSCRIPTIONS = 8;

/** A viewer's requests are small, bytes; left out, it would mean 0 and close the link (jwt v2, user limits). */
const MAX_PAYLOAD_BYTES = 4096;

/** How many panels of their own viewers may open, where they may look further than the feeds. */
const EXPLORED_SUBSCRIPTIONS = 64;

/**
 * The permissions of one viewer: the feeds' subjects, what may be explored, and an inbox of its own.
 * `pub.allow: []` would allow everything, so publishing is denied by name.
 */
export function viewerPermissions(
  feeds: readonly Feed[],
  userKey: string,
  explore: readonly string[] = [],
): ViewerPermissions {
  const requests = [...new Set(feeds.flatMap(readingSubjects))];
  return {
    pub: requests.length === 0 ? { deny: [">"] } : { allow: requests },
    sub: { allow: [...new Set(readableSubjects({ feeds, explore })), `_INBOX.${userKey}.>`] },
    subs: feeds.length * 2 + SPARE_SUBSCRIPTIONS + (explore.length === 0 ? 0 : EXPLORED_SUBSCRIPTIONS),
    data: -1,
    payload: MAX_PAYLOAD_BYTES,
    allowed_connection_types: ["WEBSOCKET"],
  };
}

/** What viewers are to read. */
interface Readable {
  readonly feeds: readonly Feed[];
  readonly explore: readonly string[];
}

/** What they may subscribe to: the feeds' subjects, what their streams republish, and what may be explored. */
export function readableSubjects({ feeds, explore }: Readable): readonly string[] {
  return [...feeds.flatMap((feed) => [feed.subject, heardSubject(feed)]), ...explore];
}

/**
 * Whether viewers may read a subject without wildcards. What begins with one doesn't count: any name is a part of `>`.
 */
export function mayRead(subject: string, readable: Readable): boolean {
  return readableSubjects(readable).some((one) => !/^[*>]/.test(one) && covers(one, subject));
}

/** Where a stream is asked by its own name, in a JetStream domain or not. */
const API = /^(\$JS\.(?:.+\.)?API)\.DIRECT\.GET\.(.+)$/;
const OWN_API = "$JS.API";

/**
 * What reading a feed's stream by sequence needs (JetStream API), as client/sequence/ asks it. Under a name of its own
 * it is one request to another account's stream, and reads alone. In the stream's own account nobody holds a request's
 * reply subject against what its sender may publish: an answer can be aimed at the stream itself.
 */
function readingSubjects(feed: Feed): readonly string[] {
  const directGet = directGetOf(feed);
  if (directGet === "") return [];
  const [, api, name] = API.exec(directGet) ?? [];
  if (api === undefined) return [directGet];
  // A server of that very domain takes its prefix away before it looks what is allowed.
  return [...new Set([api, OWN_API])].flatMap((prefix) =>
    ["STREAM.INFO", "STREAM.MSG.GET", "DIRECT.GET"].map((request) => `${prefix}.${request}.${name}`),
  );
}
