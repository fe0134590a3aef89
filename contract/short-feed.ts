/** A bucket's name (ADR-8). */
const BUCKET = /^[\w-]+$/;
/** An id and a title are at most so long. */
const MAX_ID = 64;
const MAX_TITLE = 200;

/**
 * A feed of little more than a subject or a bucket, with what follows from it: an id and a title of its own, and for
 * a bucket its stream, its keys, and one row for each. What was given stays. What isn't a feed at all is left as it is.
 * Of a source that is wrong something follows too: the check then names the source, and nothing that isn't missing.
 * @param taken the ids of the other feeds
 */
export function expandFeed(entry: unknown, taken: ReadonlySet<string>): unknown {
  if (typeof entry === "string") return expandFeed({ subject: entry }, taken);
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry;
  const given: { readonly kv?: unknown; readonly subject?: unknown } = { ...ofBucket(entry), ...entry };
  const source = given.kv ?? given.subject;
  const title = (typeof source === "string" && source.slice(0, MAX_TITLE)) || "feed";
  return { id: idFor(title, taken), title, ...given };
}

/** What a bucket of keys and values is in JetStream (ADR-8): a stream with a subject for each key. */
function ofBucket(entry: object): object {
  if (!("kv" in entry)) return {};
  if (typeof entry.kv !== "string" || !BUCKET.test(entry.kv)) return { subject: "$KV.>" };
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
