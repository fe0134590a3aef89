import { decode, type TagDecoder, Token, Tokenizer, Type } from "cborg";
import { readerOf, shortestFloat, valueOfDecoded, valueOfInteger } from "./decoded.ts";
import type { PayloadReader } from "./reading.ts";

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

/** A float of 32 bits, with the byte that says what it is. */
const FLOAT_BYTES = 5;

/** Takes a float for the number with its digits. */
class FloatTokenizer extends Tokenizer {
  override next(): Token {
    const token = super.next();
    const isFloat = token.type === Type.float && token.encodedLength === FLOAT_BYTES;
    return isFloat ? new Token(token.type, shortestFloat(token.value), FLOAT_BYTES) : token;
  }
}

/** Reads CBOR (RFC 8949), with whatever tags and keys it has; its decoder refuses texts and bytes that come in pieces. */
export const readCbor: PayloadReader = readerOf("cbor", (data) => {
  const tokenizer = new FloatTokenizer(data, { allowBigInt: true });
  return valueOfDecoded(decode(data, { useMaps: true, tags, tokenizer }));
});

function tagged(tag: number, content: unknown): unknown {
  const isBignum = tag === POSITIVE_BIGNUM || tag === NEGATIVE_BIGNUM;
  if (isBignum && content instanceof Uint8Array && content.length <= MAX_BIGNUM_BYTES) {
    const digits = Array.from(content, (byte) => byte.toString(16).padStart(2, "0"));
    const magnitude = BigInt(`0x0${digits.join("")}`);
    return valueOfInteger(tag === POSITIVE_BIGNUM ? magnitude : -1n - magnitude);
  }
  return content;
}
