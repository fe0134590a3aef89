import type { Outbox } from "../connection/outbox.ts";
import type { Publication } from "../protocol/publication.ts";
import type { Subscription } from "./subscription.ts";

const CR = 0x0d;
const SPACE = 0x20;
const SPACE_BYTES = Buffer.from(" ");

/** The end of a message, `<sizes>\r\n<body>\r\n`: usually the publisher's bytes unchanged. */
interface Tail {
  bytes: Buffer;
  start: number;
  end: number;
}

/** Shared, because distributing one publication finishes before the next begins. */
const tail: Tail = { bytes: SPACE_BYTES, start: 0, end: 0 };

/** Prepares the part of a message that is the same for all subscribers. */
export function prepareTail(publication: Publication): void {
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

/**
 * Writes a MSG, or an HMSG if there are headers and the subscriber supports them. Requires
 * `prepareTail` for the same publication.
 */
export function writeMessage(
  outbox: Outbox,
  subscription: Subscription,
  subject: string,
  publication: Publication,
  headers: boolean,
): void {
  const head = subscription.head(subject);
  const { bytes, replyStart, replyEnd, headerSize } = publication;
  const withHeaders = headerSize > 0 && headers;
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
