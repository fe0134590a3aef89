import type { Feed } from "../../contract/feed.ts";

/** A feed's payload encoding. `auto` tries JSON, then UTF-8 text, then MessagePack where it is certain, then bytes. */
export type Payload = NonNullable<Feed["payload"]>;

/** A protobuf payload: its message type and descriptors. */
export type ProtobufPayload = Extract<Payload, { readonly format: "protobuf" }>;

/** A feed's payload encoding; one that requires fields defaults to JSON, others to `auto`. */
export function payloadOf({ payload, fields }: Pick<Feed, "payload" | "fields">): Payload {
  return payload ?? (fields.some(({ required }) => required) ? "json" : "auto");
}
