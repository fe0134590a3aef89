/** A protobuf message: its type, and the description of it. */
export interface ProtobufPayload {
  readonly format: "protobuf";
  /** The message's full name, such as `shop.v1.Order`. */
  readonly type: string;
  /** A FileDescriptorSet in base64: what `protoc --include_imports --descriptor_set_out` writes. */
  readonly descriptors: string;
}

/** What a feed's payloads are; `auto` is JSON where it is JSON, else text, else bytes. */
export type Payload = "auto" | "json" | "text" | "bytes" | "msgpack" | "cbor" | ProtobufPayload;
