/**
 * One PUB or HPUB as offsets into the bytes it came in, so that delivering it
 * needs no copy before the one into the subscriber's buffer. The parser reuses a
 * single instance: read it before you return.
 */
export class Publication {
  /** Holds the whole command, control line and payload, in one piece. */
  bytes: Buffer = Buffer.alloc(0);
  subjectStart = 0;
  subjectEnd = 0;
  /** Equal to `replyEnd` when there is no reply subject. */
  replyStart = 0;
  replyEnd = 0;
  /** Bytes of the header block, 0 when the command was PUB. */
  headerSize = 0;
  /** Bytes of header block and payload together. */
  size = 0;
  /** Where the sizes' text begins: `12` of a PUB, `12 20` of an HPUB. */
  sizesStart = 0;
  sizesEnd = 0;
  /** Where header block and payload begin. */
  bodyStart = 0;
  /** Behind the CRLF that ends the payload. */
  end = 0;

  /** The subject, latin1-kept. */
  get subject(): string {
    return this.bytes.toString("latin1", this.subjectStart, this.subjectEnd);
  }

  /** The reply subject, latin1-kept; empty when there is none. */
  get reply(): string {
    return this.bytes.toString("latin1", this.replyStart, this.replyEnd);
  }

  /** Moves every offset, after the command was copied to another place. */
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

/** A publication as if a client had sent it; subject and reply are latin1-kept. */
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
