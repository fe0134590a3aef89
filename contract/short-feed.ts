/** A bucket's name (ADR-8). */
const BUCKET = /^[\w-]+$/;
/** An id is at most so long. */
const MAX_ID = 64;

/**
 * A feed of little more than a subject or a bucket, with what follows from it: an id and a title of its own, and for
 * a bucket its stream, its keys, and one row for each. What was given stays. What isn't a feed at all is left as it is.
 * @param taken the ids of the other feeds
 */
export function expandFeed(entry: unknown, taken: ReadonlySet<string>): unknown {
  if (typeof entry === "string") return expandFeed({ subject: entry }, taken);
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry;
  const given = { ...ofBucket(entry), ...entry };
  const source = "kv" in given ? given.kv : "subject" in given ? given.subject : undefined;
  if (typeof source !== "string" || source === "") return given;
  return { id: idFor(source, taken), title: source, ...given };
}

/** What a bucket of keys and values is in JetStream (ADR-8): a stream with a subject for each key. */
function ofBucket(entry: object): object {
  if (!("kv" in entry) || typeof entry.kv !== "string" || !BUCKET.test(entry.kv)) return {};
  return {
    subject: `$KV.${entry.kv}.>`,
    stream: { name: `KV_${entry.kv}`, history: { lastPerSubject: true } },
    view: "latest-by-key",
    ...("view" in entry && entry.view !== "latest-by-key" ? {} : { key: "$key" }),
  };
}

/** An id that a link can hold, made of a subject: `iot.*.telemetry` is `iot-telemetry`. */
function idFor(source: string, taken: ReadonlySet<string>): string {
  const plain = source
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/gi, "-")
    .slice(0, MAX_ID - 4)
    .replace(/^-|-$/g, "");
  const id = plain === "" ? "feed" : plain;
  if (!taken.has(id)) return id;
  let number = 2;
  while (taken.has(`${id}-${number}`)) number += 1;
  return `${id}-${number}`;
}
