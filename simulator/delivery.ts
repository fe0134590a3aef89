import { strikeMessage } from "./faults/strike-message.ts";
import type { Outbox } from "./outbox.ts";
import type { Publication } from "./publication.ts";
import type { Session } from "./session.ts";
import { isCovered } from "./subject.ts";
import type { Match } from "./sublist.ts";
import type { Subscription } from "./subscription.ts";

const CR = 0x0d;
const SPACE = 0x20;
const SPACE_BYTES = Buffer.from(" ");
const NOBODY: Match<Subscription> = { plain: [], groups: [] };

/** The last subject a client published to and who wanted it: publishers repeat themselves. */
export class RouteMemo {
  subject = "";
  match: Match<Subscription> = NOBODY;
  #bytes: Buffer = Buffer.alloc(0);
  #sublist: object | undefined;
  #generation = -1;

  /** Points the memo at the publication's subject; costs a comparison of bytes when it hasn't changed. */
  aim(session: Session, publication: Publication): void {
    const { sublist } = session.account;
    const isSame = this.#isSameSubject(publication);
    if (isSame && this.#generation === sublist.generation && this.#sublist === sublist) return;
    if (!isSame) {
      this.subject = publication.subject;
      this.#bytes = Buffer.from(publication.bytes.subarray(publication.subjectStart, publication.subjectEnd));
    }
    this.match = sublist.match(this.subject);
    this.#sublist = sublist;
    this.#generation = sublist.generation;
  }

  #isSameSubject(publication: Publication): boolean {
    const known = this.#bytes;
    const { bytes, subjectStart } = publication;
    const length = publication.subjectEnd - subjectStart;
    if (known.length !== length || length === 0) return false;
    for (let at = 0; at < length; at++) {
      if (known[at] !== bytes[subjectStart + at]) return false;
    }
    return true;
  }
}

/** The end of a message, `<sizes>\r\n<body>\r\n`: mostly the very bytes that the publisher sent. */
interface Tail {
  bytes: Buffer;
  start: number;
  end: number;
}

const tail: Tail = { bytes: SPACE_BYTES, start: 0, end: 0 };

/** Gives a publication to everybody who wants it, and tells a requester when that is nobody. */
export function distribute(publisher: Session, publication: Publication): void {
  publisher.memo.aim(publisher, publication);
  const { match, subject } = publisher.memo;
  let delivered = 0;
  if (match.plain.length > 0 || match.groups.length > 0) {
    aimTail(publication);
    for (const subscription of match.plain) {
      delivered += deliver(publisher, subscription, subject, publication);
    }
    for (const members of match.groups) delivered += deliverToOne(publisher, members, subject, publication);
  }
  const hasReply = publication.replyEnd > publication.replyStart;
  if (delivered === 0 && hasReply && publisher.options.no_responders) {
    sayNoResponders(publisher, subject, publication.reply);
  }
}

/** A member of a queue group, drawn by chance; the next one if that one can't take it. */
function deliverToOne(
  publisher: Session,
  members: readonly Subscription[],
  subject: string,
  publication: Publication,
): number {
  const first = Math.floor(Math.random() * members.length);
  for (let turn = 0; turn < members.length; turn++) {
    const member = members[(first + turn) % members.length] as Subscription;
    if (deliver(publisher, member, subject, publication) === 1) return 1;
  }
  return 0;
}

/** Gives one subscription the message; 0 when it doesn't get it. */
function deliver(
  publisher: Session,
  subscription: Subscription,
  subject: string,
  publication: Publication,
): 0 | 1 {
  const { session } = subscription;
  if (session === publisher && !publisher.options.echo) return 0;
  if (subscription.filter?.mayReceive(subject) === false) return 0;
  subscription.delivered++;
  const { wire, hub } = session;
  if (hub.rulebook.has("message")) {
    strikeMessage(session, subject, (outbox) => writeMessage(outbox, subscription, subject, publication));
  } else {
    writeMessage(wire.outbox, subscription, subject, publication);
  }
  count(session, publication.size);
  wire.touch();
  if (wire.load === "congested") publisher.stall();
  if (subscription.max > 0 && subscription.delivered >= subscription.max) session.unsubscribe(subscription);
  return 1;
}

/** Writes one MSG, or HMSG if there are headers and the subscriber understands them. */
function writeMessage(
  outbox: Outbox,
  subscription: Subscription,
  subject: string,
  publication: Publication,
): void {
  const head = subscription.head(subject);
  const { bytes, replyStart, replyEnd, headerSize } = publication;
  const withHeaders = headerSize > 0 && subscription.session.options.headers;
  outbox.append(head, withHeaders ? 0 : 1, head.length);
  if (replyEnd > replyStart) {
    outbox.append(bytes, replyStart, replyEnd);
    outbox.append(SPACE_BYTES, 0, 1);
  }
  if (headerSize > 0 && !withHeaders) {
    outbox.appendText(`${publication.size - headerSize}\r\n`);
    outbox.append(bytes, publication.bodyStart + headerSize, publication.end);
  } else {
    outbox.append(tail.bytes, tail.start, tail.end);
  }
}

function count(session: Session, size: number): void {
  const { traffic, hub } = session;
  traffic.outMessages++;
  traffic.outBytes += size;
  hub.ledger.totals.sentMessages++;
  hub.ledger.totals.sentBytes += size;
}

/** Takes the publisher's own bytes where they already have the form of a message's end. */
function aimTail(publication: Publication): void {
  const { bytes, sizesStart, sizesEnd, bodyStart, end } = publication;
  if (isCanonical(publication)) {
    tail.bytes = bytes;
    tail.start = sizesStart;
    tail.end = end;
    return;
  }
  const sizes = bytes.toString("latin1", sizesStart, sizesEnd).replace(/[ \t]+/, " ");
  tail.bytes = Buffer.concat([Buffer.from(`${sizes}\r\n`, "latin1"), bytes.subarray(bodyStart, end)]);
  tail.start = 0;
  tail.end = tail.bytes.length;
}

function isCanonical({ bytes, sizesStart, sizesEnd, bodyStart, headerSize }: Publication): boolean {
  if (bytes[sizesEnd] !== CR || sizesEnd + 2 !== bodyStart) return false;
  if (headerSize === 0) return true;
  let blanks = 0;
  for (let at = sizesStart; at < sizesEnd; at++) {
    const byte = bytes[at] as number;
    if (byte < SPACE) return false;
    if (byte === SPACE) blanks++;
  }
  return blanks === 1;
}

/** The status message of nats-server 2.15: nobody listens on `subject`. */
function sayNoResponders(requester: Session, subject: string, reply: string): void {
  for (const subscription of requester.subscriptions.values()) {
    if (!isCovered(subscription.subject, reply)) continue;
    const header = `NATS/1.0 503\r\nNats-Subject: ${subject}\r\n\r\n`;
    requester.sendText(
      `HMSG ${reply} ${subscription.sid} ${header.length} ${header.length}\r\n${header}\r\n`,
    );
    return;
  }
}
