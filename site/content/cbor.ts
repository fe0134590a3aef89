import { decode, type TagDecoder } from "cborg";
import { valueOfDecoded, valueOfInteger } from "./decoded.ts";
import { type PayloadReader, readerOf } from "./reading.ts";

/** Tags of RFC 8949, section 3.4, that make a number of bytes. */
const POSITIVE_BIGNUM = 2;
const NEGATIVE_BIGNUM = 3;
/** What is longer stays bytes: nobody reads a number of so many digits, and to write it takes seconds. */
const MAX_BIGNUM_BYTES = 1024;

// A payload may bear any tag; those that aren't known stand for what they are put on.
const tags = new Proxy<{ [tag: number]: TagDecoder }>(
  {},
  {
    get:
      (_, tag): TagDecoder =>
      (decodeContent) =>
        tagged(Number(tag), decodeContent()),
  },
);

/** Reads CBOR (RFC 8949), with whatever tags, keys and lengths it has. */
export const readCbor: PayloadReader = readerOf("cbor", (data) =>
  valueOfDecoded(decode(data, { useMaps: true, tags })),
);

function tagged(tag: number, content: unknown): unknown {
  const isBignum = tag === POSITIVE_BIGNUM || tag === NEGATIVE_BIGNUM;
  if (isBignum && content instanceof Uint8Array && content.length <= MAX_BIGNUM_BYTES) {
    const digits = Array.from(content, (byte) => byte.toString(16).padStart(2, "0"));
    const magnitude = BigInt(`0x0${digits.join("")}`);
    return valueOfInteger(tag === POSITIVE_BIGNUM ? magnitude : -1n - magnitude);
  }
  return content;
}
