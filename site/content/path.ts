import { type Fields, isFields, isList, type Value } from "./value.ts";

/** A header's name and its values. */
export type HeaderEntry = readonly [name: string, values: readonly string[]];

/** A message as paths, filters, exports and alerts look at it: whatever panel holds it has these. */
export interface ContentEvent {
  readonly subject: string;
  /** The payload's size in bytes. */
  readonly size: number;
  readonly headers: readonly HeaderEntry[];
  /** When it arrived here, epoch milliseconds. */
  readonly atMs: number;
  /** When it was published, where the stream tells. */
  readonly publishedAtMs?: number | undefined;
  /** Its sequence in the stream, where it has one. */
  readonly sequence?: number | undefined;
  /** What its payload says; undefined where it was too large to be read. */
  readonly value: Value | undefined;
  /** Whether it says that its key of a bucket is gone: it has no fields then that could be missing. */
  readonly isDeletion?: boolean;
}

/** As long as an operator's may be. */
const MAX_NAME_CHARACTERS = 200;

/** Whether a path can stand above a column; any other text is one too, and names a field. */
export function isHeading(path: string): boolean {
  return path !== "" && path.length <= MAX_NAME_CHARACTERS;
}

/** One step into a value: a field's name, or a place in a list. */
export type Step = string | number;

/** Where something stands in a message, ready to be looked up often. */
export interface Path {
  /** As it was written. */
  readonly text: string;
  /** The value there: undefined where there is none, which isn't null. */
  of(event: ContentEvent): Value | undefined;
}

/** When it was published, where the stream tells, else when it arrived here; epoch milliseconds. */
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

/** `$KV.<bucket>.<key>`: the subject of a key of a bucket. */
const KV_SUBJECT = /^\$KV\.[^.]+\.(.*)$/s;

/** What is between two dots, or a place in brackets. */
const STEP = /(?:^|\.)([^.[\]]+)|\[(\d+)\]/gy;

const known = new Map<string, Path>();
/** Paths come from configurations and from what readers type: beyond these all are made again. */
const MAX_KNOWN = 500;

/**
 * A path such as `customer.address.city`, `items[0].id`, `$subject[2]` or `$header.traceparent`. Any text is one: a
 * field may be called anything, and what can't be a path is just such a name.
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

/** A value inside of another, where the path leads from its top. */
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

/** A field at the top level or under `payload`, as an envelope has it; the top level comes first. */
function namedAt(value: Value | undefined, name: string, fieldIn: FieldIn): Value | undefined {
  if (!isFields(value)) return undefined;
  const found = fieldIn(value, name);
  if (found !== undefined) return found;
  const inner = own(value, "payload");
  return isFields(inner) ? fieldIn(inner, name) : undefined;
}

/** The same of what is nested; a field whose own name has dots or brackets is meant before it. */
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

/** An object's own field, and nothing of its prototype, whose members are functions and `__proto__`. */
function own(fields: Fields, name: string): Value | undefined {
  const found = fields[name];
  const isInherited = typeof found === "function" || name === "__proto__";
  return isInherited && !Object.hasOwn(fields, name) ? undefined : found;
}

/** The steps of a path; a text that can't be one is a single name. */
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

/** The path to a field: one that is named as what stands beside the payload is sought within it. */
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
