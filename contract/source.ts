import * as v from "valibot";
import { shortText, wholeBetween } from "./text.ts";

/** A subject: printable tokens between dots; `*` is a whole token, `>` the whole last one (NATS subject rules). */
export const subject = v.pipe(
  shortText,
  v.regex(
    /^(?:\*|[^\s.*>\p{Cc}]+|>(?=$))(?:\.(?:\*|[^\s.*>\p{Cc}]+|>(?=$)))*$/u,
    "use a NATS subject such as egos.llm.logs, orders.* or orders.>",
  ),
);

const streamName = v.pipe(
  shortText,
  v.regex(/^[^\s.*>/\\\p{Cc}]+$/u, "use a stream's name, without dots or spaces"),
);

/** The most history that a page can show and a connection can carry. */
const MAX_HISTORY = 10_000;
const MAX_SINCE_MS = 31 * 24 * 60 * 60 * 1000;

/** How much of the stream is delivered before live messages. */
const history = v.union(
  [
    v.strictObject({ last: wholeBetween(1, MAX_HISTORY) }),
    v.strictObject({ sinceMs: wholeBetween(1, MAX_SINCE_MS) }),
    v.strictObject({ lastPerSubject: v.literal(true) }),
  ],
  `use { "last": 200 } (at most ${MAX_HISTORY}), { "sinceMs": 60000 } (at most ${MAX_SINCE_MS}) or { "lastPerSubject": true }`,
);

/** A stream's Direct Get subject, or its import's. Viewers may publish to it, so no other `$…` subject is valid. */
const directGet = v.pipe(
  subject,
  v.regex(
    /^(?:\$JS\.(?:[^.*>]+\.)?API\.DIRECT\.GET\.[^.*>]+|[^$*>][^*>]*)$/,
    "use a subject without wildcards, such as history.ORDERS",
  ),
);

/** The JetStream stream behind a subject: its name, or an object as in client/'s `StreamSource`. */
export const stream = v.union(
  [
    streamName,
    v.strictObject({
      name: streamName,
      history: v.exactOptional(history),
      /** The subject to which the stream republishes. */
      republished: v.exactOptional(subject),
      /** The Direct Get subject, if not `$JS.API.DIRECT.GET.<name>`. */
      directGet: v.exactOptional(directGet),
    }),
  ],
  'use a stream\'s name, without dots or spaces, or { "name": "…", "history": …, "republished": "…", "directGet": "…" }',
);

/** A key-value bucket's name. */
export const bucket = v.pipe(shortText, v.regex(/^[\w-]+$/, "use a bucket's name: letters, digits, _ and -"));

/** Characters of a FileDescriptorSet in base64: a few files; a Worker's variable can't hold more. */
const MAX_DESCRIPTORS = 200_000;

const PAYLOADS = ["auto", "json", "text", "bytes", "msgpack", "cbor"] as const;

/** How payloads are encoded. `auto`, the default: JSON if valid, else text, unmistakable MessagePack, or bytes. */
export const payload = v.union(
  [
    v.picklist(PAYLOADS),
    v.strictObject({
      format: v.literal("protobuf"),
      /** The message's full name, such as `shop.v1.Order`. */
      type: shortText,
      /** The output of `protoc --include_imports --descriptor_set_out`, in base64. */
      descriptors: v.pipe(v.string(), v.base64(), v.maxLength(MAX_DESCRIPTORS)),
    }),
  ],
  `use ${PAYLOADS.join(", ")}, or { "format": "protobuf", "type": "<full name>", "descriptors": "<FileDescriptorSet in base64>" }`,
);
