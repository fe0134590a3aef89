import * as v from "valibot";
import { type ExplanationKey, fault, type TimelineEntry } from "../../client/index.ts";
import { EXPLANATIONS } from "../../contract/explanations.ts";
import { confidenceSchema, faultKindSchema } from "../../contract/health.ts";
import { type Memory, readJson } from "../ui/memory.ts";
import { isTold } from "./connection.ts";

/** What is kept: about 60 kB of the browser's 5 MB. */
const KEPT = 300;
/** Beyond this there is no time, milliseconds (ECMAScript, Time Values), and of all else less. */
const LARGEST = 8.64e15;
/** A burst of entries is written once. */
const WRITE_AFTER_MS = 1000;

const string = v.string();
const number = v.pipe(v.number(), v.minValue(-LARGEST), v.maxValue(LARGEST));
/** What a handler threw may quote a payload, which isn't the timeline's to keep. */
const message = v.pipe(
  string,
  v.transform(() => ""),
);
/** Of a fault only its kind, its explanation and its server are kept. */
const keptFault = v.pipe(
  v.object({
    kind: faultKindSchema,
    evidence: v.object({ server: v.exactOptional(string) }),
    confidence: confidenceSchema,
    explanation: v.picklist(Object.keys(EXPLANATIONS) as ExplanationKey[]),
  }),
  v.transform(({ kind, evidence, confidence, explanation }) => ({
    ...fault(kind, evidence, confidence),
    explanation,
  })),
);

/** The fields that are kept of each type. */
const FIELDS = {
  status: { status: string, fault: v.exactOptional(keptFault) },
  dial: { attempt: number, server: string },
  "dial-failed": { attempt: number, fault: keptFault, retryInMs: v.nullable(number) },
  live: { server: string, version: string, tookMs: number, downMs: v.nullable(number) },
  "link-lost": { fault: keptFault, retryInMs: v.nullable(number) },
  "fault-refined": { fault: keptFault },
  handover: { reason: string, server: string },
  "handover-failed": { reason: string, fault: keptFault, retryInMs: v.nullable(number) },
  closed: { outcome: string },
  "subscription-denied": { subject: string, fault: keptFault },
  "handler-failed": { subject: string, message },
  "publish-failed": { subject: string, message },
  "callback-failed": { callback: string, message },
  gap: {
    kind: string,
    subject: string,
    subjects: number,
    fromMs: number,
    toMs: number,
    missing: v.union([v.literal("unknown"), v.object({ exactly: number }), v.object({ atMost: number })]),
    recovered: number,
  },
  network: { online: v.boolean() },
} satisfies { readonly [T in TimelineEntry["type"]]: v.ObjectEntries };
const SCHEMAS = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [
    type,
    v.object({ type: v.literal(type), seq: number, atMs: number, ...fields }),
  ]),
);

/**
 * The timeline of this browser's earlier visits, and the keeping of this one. Several tabs write in turn: each adds its
 * own entries to what is there by then.
 */
export class TimelineMemory {
  readonly #memory: Memory;
  readonly #unwritten: TimelineEntry[] = [];
  /** Entries of visits before this one, oldest first. */
  readonly earlier: readonly TimelineEntry[];

  constructor(memory: Memory) {
    this.#memory = memory;
    this.earlier = parseEntries(memory.recall());
  }

  /** Keeps an entry, in a while. */
  keep(entry: TimelineEntry): void {
    this.#unwritten.push(entry);
    if (this.#unwritten.length === 1) setTimeout(() => this.flush(), WRITE_AFTER_MS);
  }

  /** Keeps now what waits to be kept: the page may be about to go. */
  flush(): void {
    if (this.#unwritten.length === 0) return;
    const kept = [...parseEntries(this.#memory.recall()), ...keepable(this.#unwritten.splice(0))];
    this.#memory.remember(JSON.stringify(kept.slice(-KEPT)));
  }
}

/** Reads what was kept; whatever isn't an entry that this page can show is left out. */
export function parseEntries(text: string | null): TimelineEntry[] {
  const found = readJson(text);
  return Array.isArray(found) ? keepable(found) : [];
}

function keepable(entries: readonly unknown[]): TimelineEntry[] {
  return entries.flatMap((entry) => {
    const schema = SCHEMAS.get(Object(entry).type);
    const read = schema && v.safeParse(schema, entry);
    const found = read?.success ? (read.output as unknown as TimelineEntry) : null;
    return found !== null && isTold(found) ? found : [];
  });
}
