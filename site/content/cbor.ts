import { decode, type TagDecoder } from "cborg";
import { valueOfDecoded, valueOfInteger } from "./decoded.ts";
import { type PayloadReader, readerOf } from "./reading.ts";

/** Tags of RFC 8949, section 3.4, that make a number of bytes. */
const POSITIVE_BIGNUM = 2;
const NEGATIVE_BIGNUM = 3;

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
  if ((tag === POSITIVE_BIGNUM || tag === NEGATIVE_BIGNUM) && content instanceof Uint8Array) {
    const magnitude = content.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    return valueOfInteger(tag === POSITIVE_BIGNUM ? magnitude : -1n - magnitude);
  }
  return content;
}
