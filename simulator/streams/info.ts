import { toText } from "../protocol/subject.ts";
import type { Stream } from "./stream.ts";

/** Reply to `$JS.API.STREAM.INFO`, with the fields that readers of streams use. */
export function streamInfo(stream: Stream): object {
  const { name, subjects, republishPrefix, firstSequence, lastSequence, size, createdAtMs } = stream;
  const discarded = lastSequence - firstSequence + 1 - size;
  return {
    type: "io.nats.jetstream.api.v1.stream_info_response",
    created: new Date(createdAtMs).toISOString(),
    config: {
      name,
      subjects: subjects.map(toText),
      allow_direct: true,
      ...(republishPrefix === undefined
        ? {}
        : { republish: { src: ">", dest: `${toText(republishPrefix)}.>` } }),
    },
    state: {
      messages: size,
      // A stream that never stored a message has first_seq 0.
      first_seq: lastSequence === 0 ? 0 : firstSequence,
      last_seq: lastSequence,
      ...(discarded === 0 ? {} : { num_deleted: discarded }),
    },
  };
}

/** JetStream API error 10059 (nats-server's `server/errors.json`). */
export function streamNotFound(): object {
  return {
    type: "io.nats.jetstream.api.v1.stream_info_response",
    error: { code: 404, err_code: 10059, description: "stream not found" },
  };
}
