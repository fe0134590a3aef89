import { Decoder, ExtData } from "@msgpack/msgpack";
import { valueOfDecoded } from "./decoded.ts";
import { type PayloadReader, readerOf } from "./reading.ts";
import type { Value } from "./value.ts";

const decoder = new Decoder({ useBigInt64: true, mapKeyConverter: (key) => String(key) });

/** Reads MessagePack; an extension that isn't a timestamp is its type and its bytes. */
export const readMsgpack: PayloadReader = readerOf("msgpack", (data) =>
  valueOfDecoded(decoder.decode(data), (found) =>
    found instanceof ExtData ? { extension: found.type, data: bytesOf(found.data) } : found,
  ),
);

function bytesOf(data: ExtData["data"]): Value {
  return typeof data === "function" ? data(0) : data;
}
