/** A bucket's name (ADR-8). */
const BUCKET = /^[\w-]+$/;
/** The limits of `feedSchema`, in characters. */
const MAX_ID = 64;
const MAX_TITLE = 200;

/**
 * Completes a feed that is little more than a subject or a bucket: with an id and a title, and for a bucket with its
 * subject, its stream and a row for each key. Given fields stay; anything that isn't a feed is returned unchanged. An invalid
 * source is completed too, so that the schema reports the source and not the fields derived from it.
 * @param taken the ids of the other feeds
 */
export function expandFeed(entry: unknown, taken: ReadonlySet<string>): unknown {
  if (typeof entry === "string") return expandFeed({ subject: entry }, taken);
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry;
  const given: { readonly kv?: unknown; readonly subject?: unknown } = { ...bucketFields(entry), ...entry };
  const source = given.kv ?? given.subject;
  const title = (typeof source === "string" && source.slice(0, MAX_TITLE)) || "feed";
  return { id: idFor(title, taken), title, ...given };
}

/** The fields that follow from a key-value bucket, which is a stream with a subject for each key (ADR-8). */
function bucketFields(entry: object): object {
  if (!("kv" in entry)) return {};
  if (typeof entry.kv !== "string" || !BUCKET.test(entry.kv)) return { subject: "$KV.>" };
  return {
    subject: `$KV.${entry.kv}.>`,
    stream: { name: `KV_${entry.kv}`, history: { lastPerSubject: true } },
    view: "latest-by-key",
    ...("view" in entry && entry.view !== "latest-by-key" ? {} : { key: "$key" }),
  };
}

/** Derives an unused, URL-safe id from a source: `iot.*.telemetry` becomes `iot-telemetry`. */
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
