import type { Payload } from "./payload.ts";
import { type PayloadReader, readBytes, readJson, readText } from "./reading.ts";

/**
 * The reader for a kind of payload. Decoders of binary encodings are loaded on demand; the promise rejects where that
 * fails.
 */
export async function loadReader(payload: Payload): Promise<PayloadReader> {
  switch (payload) {
    case "auto":
      return (await import("./msgpack.ts")).readAutoOrMsgpack;
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
