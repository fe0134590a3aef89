import type { FeedField } from "../../contract/feed.ts";

/** Payloads beyond this are not decoded: one of them would hold the page up for longer than a frame. */
export const MAX_DECODED_BYTES = 512 * 1024;
/** How much of a malformed payload is kept to be looked at. */
export const PREVIEW_BYTES = 4096;

/** A JSON object as it came; fields beyond the feed's definition are kept. */
export type JsonObject = { readonly [field: string]: unknown };

/** Why a message isn't an event of its feed; `field` is what it is about. */
export type Problem =
  | { readonly reason: "empty"; readonly field: "payload" }
  | { readonly reason: "too-large"; readonly field: "payload"; readonly bytes: number }
  | { readonly reason: "not-utf8"; readonly field: "payload" }
  | { readonly reason: "not-json"; readonly field: "payload"; readonly detail: string }
  | { readonly reason: "not-object"; readonly field: "payload"; readonly found: string }
  | { readonly reason: "bad-headers"; readonly field: "headers" }
  | { readonly reason: "missing"; readonly field: string }
  | {
      readonly reason: "wrong-type";
      readonly field: string;
      readonly expected: string;
      readonly found: string;
    }
  | {
      readonly reason: "not-allowed";
      readonly field: string;
      readonly found: string;
      readonly allowed: readonly string[];
    };

/** A payload that was read: an event, or what is wrong with it. */
export type Decoded =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly problem: Problem };

const utf8 = new TextDecoder("utf-8", { fatal: true });
const forgivingUtf8 = new TextDecoder("utf-8");

/** Reads a payload against a feed's fields; never throws. */
export function decode(payload: Uint8Array, fields: readonly FeedField[]): Decoded {
  if (payload.length === 0) return wrong({ reason: "empty", field: "payload" });
  if (payload.length > MAX_DECODED_BYTES) {
    return wrong({ reason: "too-large", field: "payload", bytes: payload.length });
  }
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return wrong({ reason: "not-utf8", field: "payload" });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return wrong({ reason: "not-json", field: "payload", detail: messageOf(error) });
  }
  if (!isObject(value)) return wrong({ reason: "not-object", field: "payload", found: typeName(value) });
  for (const field of fields) {
    const problem = check(value, field);
    if (problem !== null) return wrong(problem);
  }
  return { ok: true, value };
}

/** A field's value, at the top level or under `payload`; undefined where neither has it. */
export function fieldOf(value: JsonObject, name: string): unknown {
  if (Object.hasOwn(value, name)) return value[name];
  const inner = Object.hasOwn(value, "payload") ? value.payload : undefined;
  return isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined;
}

/** The first bytes of a payload as text, whatever they are. */
export function preview(payload: Uint8Array): string {
  return forgivingUtf8.decode(payload.subarray(0, PREVIEW_BYTES));
}

function check(value: JsonObject, field: FeedField): Problem | null {
  const found = fieldOf(value, field.name);
  if (found === undefined || found === null) {
    return field.required ? { reason: "missing", field: field.name } : null;
  }
  if (field.type !== "any" && typeof found !== field.type) {
    return { reason: "wrong-type", field: field.name, expected: field.type, found: typeName(found) };
  }
  if (field.values !== undefined && !field.values.includes(String(found))) {
    return {
      reason: "not-allowed",
      field: field.name,
      found: String(found).slice(0, 64),
      allowed: field.values,
    };
  }
  return null;
}

function wrong(problem: Problem): Decoded {
  return { ok: false, problem };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeName(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 160) : "unknown";
}
