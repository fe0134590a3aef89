import { type Fault, fault, type TimelineEntry } from "../../client/index.ts";
import { EXPLANATIONS } from "../../contract/explanations.ts";
import { type Memory, readJson } from "../ui/memory.ts";

/** What is kept: about 60 kB of the browser's 5 MB. */
const KEPT = 300;
/** Beyond this there is no time, milliseconds (ECMAScript, Time Values), and of all else less. */
const LARGEST = 8.64e15;
/** A burst of entries is written once. */
const WRITE_AFTER_MS = 1000;

/** The fields that are kept of each type; `fault?` may be absent, `number?` may be null. */
const FIELDS: { readonly [T in TimelineEntry["type"]]: Readonly<Record<string, FieldType>> } = {
  status: { status: "string", fault: "fault?" },
  dial: { attempt: "number", server: "string" },
  "dial-failed": { attempt: "number", fault: "fault", retryInMs: "number?" },
  live: { server: "string", version: "string", tookMs: "number", downMs: "number?" },
  "link-lost": { fault: "fault", retryInMs: "number?" },
  "fault-refined": { fault: "fault" },
  handover: { reason: "string", server: "string" },
  "handover-failed": { reason: "string", fault: "fault", retryInMs: "number" },
  closed: { outcome: "string" },
  "subscription-denied": { subject: "string", fault: "fault" },
  // Their messages may quote a payload, which isn't the timeline's to keep.
  "handler-failed": { subject: "string", message: "nothing" },
  "publish-failed": { subject: "string", message: "nothing" },
  "callback-failed": { callback: "string", message: "nothing" },
  gap: {
    kind: "string",
    subject: "string",
    subjects: "number",
    fromMs: "number",
    toMs: "number",
    missing: "missing",
    recovered: "number",
  },
  network: { online: "boolean" },
};

type FieldType = "string" | "number" | "number?" | "boolean" | "fault" | "fault?" | "missing" | "nothing";

/** Where the timeline is kept between visits. */
export interface TimelineStorage extends Memory {
  /** Calls back after a while. */
  later(callback: () => void, delayMs: number): void;
}

/**
 * The timeline of this browser's earlier visits, and the keeping of this one.
 * Of a fault only its kind, its explanation and its server are kept. Several
 * tabs write in turn: each adds its own entries to what is there by then.
 */
export class TimelineMemory {
  readonly #storage: TimelineStorage;
  readonly #unwritten: TimelineEntry[] = [];
  /** Entries of visits before this one, oldest first. */
  readonly earlier: readonly TimelineEntry[];

  constructor(storage: TimelineStorage) {
    this.#storage = storage;
    this.earlier = parseEntries(storage.recall());
  }

  /** Keeps an entry, in a while. */
  keep(entry: TimelineEntry): void {
    this.#unwritten.push(entry);
    if (this.#unwritten.length === 1) this.#storage.later(() => this.flush(), WRITE_AFTER_MS);
  }

  /** Keeps now what waits to be kept: the page may be about to go. */
  flush(): void {
    if (this.#unwritten.length === 0) return;
    const kept = [...parseEntries(this.#storage.recall()), ...this.#unwritten.splice(0)].slice(-KEPT);
    this.#storage.remember(JSON.stringify(kept.map(keepable)));
  }
}

/** Reads what was kept; whatever isn't an entry that this page can show is left out. */
export function parseEntries(text: string | null): TimelineEntry[] {
  const found = readJson(text);
  return Array.isArray(found) ? found.filter(isEntry).map(keepable) : [];
}

function isEntry(value: unknown): value is TimelineEntry {
  if (!isRecord(value) || !isOfType(value.atMs, "number") || !isOfType(value.seq, "number")) return false;
  if (typeof value.type !== "string" || !Object.hasOwn(FIELDS, value.type)) return false;
  const fields = FIELDS[value.type as TimelineEntry["type"]];
  return Object.entries(fields).every(([name, type]) => isOfType(value[name], type));
}

function isOfType(value: unknown, type: FieldType): boolean {
  switch (type) {
    case "number":
      return typeof value === "number" && Math.abs(value) <= LARGEST;
    case "number?":
      return value === null || isOfType(value, "number");
    case "fault":
      return isRecord(value) && Object.hasOwn(EXPLANATIONS, String(value.explanation));
    case "missing":
      return isMissing(value);
    case "fault?":
      return value === undefined || isOfType(value, "fault");
    case "nothing":
      return true;
    default:
      return typeof value === type;
  }
}

function keepable(entry: TimelineEntry): TimelineEntry {
  const { type, seq, atMs } = entry;
  const kept: Record<string, unknown> = { type, seq, atMs };
  for (const [name, fieldType] of Object.entries(FIELDS[type])) {
    const value = (entry as unknown as Record<string, unknown>)[name];
    if (fieldType === "nothing") kept[name] = "";
    else if (value !== undefined) kept[name] = fieldType.startsWith("fault") ? bare(value as Fault) : value;
  }
  return kept as unknown as TimelineEntry;
}

function bare({ kind, evidence, confidence, explanation }: Fault): Fault {
  const server = evidence?.server;
  return { ...fault(kind, server === undefined ? {} : { server }, confidence), explanation };
}

function isMissing(value: unknown): boolean {
  if (value === "unknown") return true;
  return isRecord(value) && isOfType(value.exactly ?? value.atMost, "number");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
