import { decode, type TagDecoder, Token, Tokenizer, Type } from "cborg";
import { readerOf, shortestFloat, valueOfDecoded } from "./decoded.ts";
import type { PayloadReader } from "./reading.ts";

// Any tag is accepted and replaced by its content.
const tags = new Proxy<{ [tag: number]: TagDecoder }>(
  {},
  { get: () => (content: () => unknown) => content() },
);

/** Length of a 32-bit float with its type byte. */
const FLOAT_BYTES = 5;

/** Reads 32-bit floats as the shortest number that gives the same float. */
class FloatTokenizer extends Tokenizer {
  override next(): Token {
    const token = super.next();
    const isFloat = token.type === Type.float && token.encodedLength === FLOAT_BYTES;
    return isFloat ? new Token(token.type, shortestFloat(token.value), FLOAT_BYTES) : token;
  }
}

/** Reads CBOR (RFC 8949) with any tags; the decoder refuses strings of indefinite length. */
export const readCbor: PayloadReader = readerOf("cbor", (data) => {
  const tokenizer = new FloatTokenizer(data, { allowBigInt: true });
  return valueOfDecoded(decode(data, { useMaps: true, tags, tokenizer }));
});
