import { decode, type TagDecoder, Token, Tokenizer, Type } from "cborg";
import { readerOf, shortestFloat, valueOfDecoded } from "./decoded.ts";
import type { PayloadReader } from "./reading.ts";

// A payload may bear any tag: each stands for what it is put on.
const tags = new Proxy<{ [tag: number]: TagDecoder }>(
  {},
  { get: () => (content: () => unknown) => content() },
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

/** Reads CBOR (RFC 8949), with whatever tags it has; its decoder refuses texts and bytes that come in pieces. */
export const readCbor: PayloadReader = readerOf("cbor", (data) => {
  const tokenizer = new FloatTokenizer(data, { allowBigInt: true });
  return valueOfDecoded(decode(data, { useMaps: true, tags, tokenizer }));
});
