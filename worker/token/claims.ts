import { directGetSubject, type Feed, subscribedSubject } from "../../contract/feed.ts";
import { covers } from "../../contract/subjects.ts";

/** A viewer's permissions and limits, as in a user JWT: to read the feeds, and nothing else. */
export interface ViewerPermissions {
  readonly pub: { readonly allow: readonly string[] } | { readonly deny: readonly string[] };
  readonly sub: { readonly allow: readonly string[] };
  readonly subs: number;
  readonly data: number;
  readonly payload: number;
  readonly allowed_connection_types: readonly ["WEBSOCKET"];
}

/** Subscriptions for inboxes, and for the moment when an old and a new subscription overlap. */
const SPARE_SUBSCRIPTIONS = 8;

/** Bytes of a viewer's largest request. If missing, it would be 0 and close the connection (jwt v2, user limits). */
const MAX_PAYLOAD_BYTES = 4096;

/** Subscriptions for panels that viewers add themselves, if EXPLORE allows any. */
const EXPLORED_SUBSCRIPTIONS = 64;

/**
 * The permissions of one viewer: to subscribe to the feeds' subjects, to EXPLORE and to an inbox of its own. Publishing
 * is denied explicitly, because an empty `pub.allow` would allow everything.
 */
export function viewerPermissions(
  feeds: readonly Feed[],
  userKey: string,
  explore: readonly string[] = [],
): ViewerPermissions {
  const requests = [...new Set(feeds.flatMap(requestSubjects))];
  return {
    pub: requests.length === 0 ? { deny: [">"] } : { allow: requests },
    sub: { allow: [...new Set(readableSubjects({ feeds, explore })), `_INBOX.${userKey}.>`] },
    subs: feeds.length * 2 + SPARE_SUBSCRIPTIONS + (explore.length === 0 ? 0 : EXPLORED_SUBSCRIPTIONS),
    data: -1,
    payload: MAX_PAYLOAD_BYTES,
    allowed_connection_types: ["WEBSOCKET"],
  };
}

/** What viewers may read. */
interface Readable {
  readonly feeds: readonly Feed[];
  readonly explore: readonly string[];
}

/** The subjects that viewers may subscribe to: the feeds', those their streams republish to, and EXPLORE's. */
export function readableSubjects({ feeds, explore }: Readable): readonly string[] {
  return [...feeds.flatMap((feed) => [feed.subject, subscribedSubject(feed)]), ...explore];
}

/** Whether viewers may read a literal subject, not counting subjects that begin with a wildcard: `>` covers all. */
export function mayRead(subject: string, readable: Readable): boolean {
  return readableSubjects(readable).some((one) => !/^[*>]/.test(one) && covers(one, subject));
}

/** A Direct Get subject of the stream's own account, with or without a JetStream domain. */
const API = /^(\$JS\.(?:.+\.)?API)\.DIRECT\.GET\.(.+)$/;
const OWN_API = "$JS.API";

/**
 * The request subjects (JetStream API) with which client/sequence/ reads a feed's stream. An imported Direct Get is a
 * single one, which can only read. In the stream's own account, nats-server doesn't check a request's reply subject
 * against the sender's publish permissions: an answer can be aimed at the stream itself.
 */
function requestSubjects(feed: Feed): readonly string[] {
  const directGet = directGetSubject(feed);
  if (directGet === "") return [];
  const [, api, name] = API.exec(directGet) ?? [];
  if (api === undefined) return [directGet];
  // A server of that domain strips the domain's prefix before it checks permissions.
  return [...new Set([api, OWN_API])].flatMap((prefix) =>
    ["STREAM.INFO", "STREAM.MSG.GET", "DIRECT.GET"].map((request) => `${prefix}.${request}.${name}`),
  );
}
