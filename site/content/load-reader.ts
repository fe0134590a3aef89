import type { Payload } from "./payload.ts";
import { type PayloadReader, readBytes, readJson, readText } from "./reading.ts";

/**
 * The reader of a kind of payload. Decoders of other encodings than text are loaded when one is asked for: the
 * promise rejects where they can't be.
 */
export async function loadReader(payload: Payload): Promise<PayloadReader> {
  switch (payload) {
    case "auto":
      return (await import("./msgpack.ts")).readAutoOrMore;
    case "json":
      return readJson;
    case "text":
      return readText;
    case "bytes":
      return readBytes;
    case "msgpack":
      return (await import("./msgpack.ts")).readMsgpack;
    case "cbor":
      return (await import("./cbor.ts")).readCbor;
    default:
      return (await import("./protobuf.ts")).protobufReader(payload);
  }
}
