import { Publication } from "../protocol/publication.ts";

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
