import * as v from "valibot";
import { shortText, wholeBetween } from "./text.ts";

/** Subjects: tokens of printable characters between dots; `*` stands alone, `>` alone and last (NATS subject rules). */
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

/** As many messages, or as long, as a page can show and a link can carry. */
const MAX_HISTORY = 10_000;
const MAX_SINCE_MS = 31 * 24 * 60 * 60 * 1000;

/** What of the stream is delivered before what comes live. */
const history = v.union(
  [
    v.strictObject({ last: wholeBetween(1, MAX_HISTORY) }),
    v.strictObject({ sinceMs: wholeBetween(1, MAX_SINCE_MS) }),
    v.strictObject({ lastPerSubject: v.literal(true) }),
  ],
  `use { "last": 200 } (at most ${MAX_HISTORY}), { "sinceMs": 60000 } (at most ${MAX_SINCE_MS}) or { "lastPerSubject": true }`,
);

/** Viewers may publish there: it is a stream's Direct Get, or what imports it under a name of its own. */
const directGet = v.pipe(
  subject,
  v.regex(
    /^(?:\$JS\.(?:[^.*>]+\.)?API\.DIRECT\.GET\.[^.*>]+|[^$*>][^*>]*)$/,
    "use a subject without wildcards, such as history.ORDERS",
  ),
);

/** The JetStream stream behind a subject: its name, or more of it, as `StreamSource` of client/ has it. */
export const stream = v.union(
  [
    streamName,
    v.strictObject({
      name: streamName,
      history: v.exactOptional(history),
      /** The destination of the stream's RePublish, as a subject to subscribe to. */
      republished: v.exactOptional(subject),
      /** Where Direct Get is asked, if not under `$JS.API.DIRECT.GET.<name>`. */
      directGet: v.exactOptional(directGet),
    }),
  ],
  'use a stream\'s name, without dots or spaces, or { "name": "…", "history": …, "republished": "…", "directGet": "…" }',
);

/** A key-value bucket's name. */
export const bucket = v.pipe(shortText, v.regex(/^[\w-]+$/, "use a bucket's name: letters, digits, _ and -"));

/** A FileDescriptorSet of a few files; a worker's variable takes no more. */
const MAX_DESCRIPTORS = 200_000;

const PAYLOADS = ["auto", "json", "text", "bytes", "msgpack", "cbor"] as const;

/** What a feed's payloads are: JSON where they are JSON, else text, else MessagePack beyond doubt, else bytes, unless it says more. */
export const payload = v.union(
  [
    v.picklist(PAYLOADS),
    v.strictObject({
      format: v.literal("protobuf"),
      /** The message's full name, such as `shop.v1.Order`. */
      type: shortText,
      /** What `protoc --include_imports --descriptor_set_out` writes, in base64. */
      descriptors: v.pipe(v.string(), v.base64(), v.maxLength(MAX_DESCRIPTORS)),
    }),
  ],
  `use ${PAYLOADS.join(", ")}, or { "format": "protobuf", "type": "<full name>", "descriptors": "<FileDescriptorSet in base64>" }`,
);
