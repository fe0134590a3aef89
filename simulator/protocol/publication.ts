/**
 * One PUB or HPUB as offsets into the received bytes, so that delivery copies it only once, into the
 * subscriber's buffer. The parser reuses a single instance, which is valid only during the call.
 */
export class Publication {
  /** Contains the whole command, control line and payload. */
  bytes: Buffer = Buffer.alloc(0);
  subjectStart = 0;
  subjectEnd = 0;
  /** Equal to `replyEnd` when there is no reply subject. */
  replyStart = 0;
  replyEnd = 0;
  /** Bytes of the header block; 0 for PUB. */
  headerSize = 0;
  /** Bytes of header block and payload together. */
  size = 0;
  /** Start of the sizes' text: `12` of a PUB, `12 20` of an HPUB. */
  sizesStart = 0;
  sizesEnd = 0;
  /** Start of header block and payload. */
  bodyStart = 0;
  /** Offset behind the CRLF that ends the payload. */
  end = 0;

  /** The subject, latin1-kept. */
  get subject(): string {
    return this.bytes.toString("latin1", this.subjectStart, this.subjectEnd);
  }

  /** The reply subject, latin1-kept; empty when there is none. */
  get reply(): string {
    return this.bytes.toString("latin1", this.replyStart, this.replyEnd);
  }

  /** Shifts every offset by `by`, after the command was copied to `bytes`. */
  rebase(bytes: Buffer, by: number): void {
    this.bytes = bytes;
    this.subjectStart += by;
    this.subjectEnd += by;
    this.replyStart += by;
    this.replyEnd += by;
    this.sizesStart += by;
    this.sizesEnd += by;
    this.bodyStart += by;
    this.end += by;
  }
}

/** A publication by the server itself, in the form of a client's; the subject is latin1-kept. */
export function makePublication(subject: string, headers: Buffer, data: Buffer): Publication {
  const size = headers.length + data.length;
  const sizes = headers.length === 0 ? `${size}` : `${headers.length} ${size}`;
  const line = Buffer.from(`${subject} ${sizes}\r\n`, "latin1");
  const publication = new Publication();
  publication.bytes = Buffer.concat([line, headers, data, Buffer.from("\r\n")]);
  publication.subjectEnd = subject.length;
  publication.headerSize = headers.length;
  publication.size = size;
  publication.sizesStart = subject.length + 1;
  publication.sizesEnd = line.length - 2;
  publication.bodyStart = line.length;
  publication.end = publication.bytes.length;
  return publication;
}
