import { type Fields, isFields, isList, type Value } from "./value.ts";

/** A header's name and values. */
export type HeaderEntry = readonly [name: string, values: readonly string[]];

/** What paths, filters, exports and alerts need of a message. */
export interface ContentEvent {
  readonly subject: string;
  /** The payload's size in bytes. */
  readonly size: number;
  readonly headers: readonly HeaderEntry[];
  /** When the page received it, epoch milliseconds; for history, when it was published. */
  readonly atMs: number;
  /** When the stream stored it, epoch milliseconds; undefined without a stream. */
  readonly publishedAtMs?: number | undefined;
  /** Its sequence in the stream; undefined without a stream. */
  readonly sequence?: number | undefined;
  /** The decoded payload; undefined where it couldn't be read or was too large. */
  readonly value: Value | undefined;
  /** Whether it marks its key of a KV bucket as deleted, and so has no fields. */
  readonly isDeletion?: boolean;
}

/** The same limit as for the paths of an operator's columns. */
const MAX_NAME_CHARACTERS = 200;

/** Whether a path can be a column: one that is empty or too long can't, although `pathOf` parses any text. */
export function isHeading(path: string): boolean {
  return path !== "" && path.length <= MAX_NAME_CHARACTERS;
}

/** One step into a value: a field's name, or an index of a list. */
export type Step = string | number;

/** A parsed path to a value in a message. */
export interface Path {
  /** The path as written. */
  readonly text: string;
  /** The value at the path; undefined where there is none, which differs from null. */
  of(event: ContentEvent): Value | undefined;
}

/** A message's time: when it was published if known, else when it arrived; epoch milliseconds. */
export function timeOf({ publishedAtMs, atMs }: Pick<ContentEvent, "publishedAtMs" | "atMs">): number {
  return publishedAtMs ?? atMs;
}

const META = new Map<string, Path["of"]>([
  ["$subject", ({ subject }) => subject],
  ["$size", ({ size }) => size],
  ["$time", timeOf],
  ["$seq", ({ sequence }) => sequence],
  ["$key", ({ subject }) => KV_SUBJECT.exec(subject)?.[1]],
  ["$payload", ({ value }) => value],
]);

/** The subject of a bucket's key: `$KV.<bucket>.<key>`. */
const KV_SUBJECT = /^\$KV\.[^.]+\.(.*)$/s;

/** A name between dots, or an index in brackets. */
const STEP = /(?:^|\.)([^.[\]]+)|\[(\d+)\]/gy;

const known = new Map<string, Path>();
/** The cache is cleared beyond this size, since readers type paths too. */
const MAX_KNOWN = 500;

/**
 * Parses a path such as `customer.address.city`, `items[0].id`, `$subject[2]` or `$header.traceparent`. Any text is a
 * path: one that doesn't parse is the name of a field.
 */
export function pathOf(text: string): Path {
  const found = known.get(text);
  if (found !== undefined) return found;
  if (known.size >= MAX_KNOWN) known.clear();
  const path = { text, of: lookUp(text) };
  known.set(text, path);
  return path;
}

/** Finds a field by its name. */
type FieldIn = (fields: Fields, name: string) => Value | undefined;

/** The value to which steps lead from the top of another value. */
export function valueAt(
  value: Value | undefined,
  steps: readonly Step[],
  fieldIn: FieldIn = own,
): Value | undefined {
  let found = value;
  for (const step of steps) {
    if (typeof step === "number") found = isList(found) ? found[step] : undefined;
    else found = isFields(found) ? fieldIn(found, step) : undefined;
  }
  return found;
}

function lookUp(text: string): Path["of"] {
  return metaOf(text) ?? inPayload(text);
}

function inPayload(text: string): Path["of"] {
  const steps = stepsOf(text);
  return ({ value }) => fieldAt(value, text, steps);
}

/** A field at the top level, or else under an envelope's `payload`. */
function namedAt(value: Value | undefined, name: string, fieldIn: FieldIn): Value | undefined {
  if (!isFields(value)) return undefined;
  const found = fieldIn(value, name);
  if (found !== undefined) return found;
  const inner = own(value, "payload");
  return isFields(inner) ? fieldIn(inner, name) : undefined;
}

/** A field at any depth, also under an envelope's `payload`; one whose name has dots or brackets itself comes first. */
export function fieldAt(
  value: Value | undefined,
  name: string,
  steps: readonly Step[],
  fieldIn: FieldIn = own,
): Value | undefined {
  const named = namedAt(value, name, fieldIn);
  if (named !== undefined || (steps.length === 1 && steps[0] === name)) return named;
  const found = valueAt(value, steps, fieldIn);
  return found === undefined && isFields(value) ? valueAt(own(value, "payload"), steps, fieldIn) : found;
}

/** An object's own field, never a member of its prototype. */
function own(fields: Fields, name: string): Value | undefined {
  const found = fields[name];
  const isInherited = typeof found === "function" || name === "__proto__";
  return isInherited && !Object.hasOwn(fields, name) ? undefined : found;
}

/** The steps of a path; a text that doesn't parse is a single name. */
export function stepsOf(text: string): readonly Step[] {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  for (let end = 0; end < text.length; ) {
    const step = STEP.exec(text);
    if (step === null) return [text];
    steps.push(step[1] ?? Number(step[2]));
    end = STEP.lastIndex;
  }
  return steps.length === 0 ? [text] : steps;
}

/** The path to a field of the payload: a name such as `$subject` needs the prefix `$payload.`. */
export function pathTo(field: string): string {
  return metaOf(field) === null ? field : `$payload.${field}`;
}

function metaOf(text: string): Path["of"] | null {
  if (!text.startsWith("$")) return null;
  const plain = META.get(text);
  if (plain !== undefined) return plain;
  if (text.startsWith("$header.") && text.length > "$header.".length) {
    const name = text.slice("$header.".length).toLowerCase();
    return ({ headers }) => headers.find(([header]) => header.toLowerCase() === name)?.[1].join(", ");
  }
  const token = /^\$subject\[(\d+)\]$/.exec(text)?.[1];
  if (token !== undefined) return ({ subject }) => subject.split(".")[Number(token)];
  if (text.startsWith("$payload.") || text.startsWith("$payload[")) {
    return inPayload(text.slice("$payload".length).replace(/^\./, ""));
  }
  return null;
}
