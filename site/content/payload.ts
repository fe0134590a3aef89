import type { Feed } from "../../contract/feed.ts";

/** What a feed's payloads are; `auto` is JSON where it is JSON, else text of UTF-8, else MessagePack beyond doubt, else bytes. */
export type Payload = NonNullable<Feed["payload"]>;

/** A protobuf message: its type, and the description of it. */
export type ProtobufPayload = Extract<Payload, { readonly format: "protobuf" }>;

/** What a feed's payloads are taken for: whoever requires fields means JSON unless they say more. */
export function payloadOf({ payload, fields }: Pick<Feed, "payload" | "fields">): Payload {
  return payload ?? (fields.some(({ required }) => required) ? "json" : "auto");
}
