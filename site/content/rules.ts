import type { FeedField } from "../../contract/feed.ts";
import { type ContentEvent, pathOf } from "./path.ts";
import type { Problem } from "./problem.ts";
import { isFields, scalarText, typeOf, type Value } from "./value.ts";
import { wholeCharacters } from "./write-json.ts";

/** Checks a message: how it breaks its feed's rules; null where it breaks none. */
export type Check = (event: ContentEvent) => Problem | null;

const MAX_FOUND_CHARACTERS = 64;

/** Makes the check of a feed's fields, and of its key where its rows have one. */
export function checkOf(fields: readonly FeedField[], key: string | null): Check {
  const checks = fields.map(fieldCheck);
  const wantsObject = fields.some(({ required, name }) => required && !name.startsWith("$"));
  const keyPath = key === null ? null : pathOf(key);
  return (event) => {
    if (wantsObject && !isFields(event.value)) {
      return { reason: "not-object", field: "payload", found: typeOf(event.value) };
    }
    for (const check of checks) {
      const problem = check(event);
      if (problem !== null) return problem;
    }
    if (keyPath !== null && keyText(keyPath.of(event)) === null) {
      return { reason: "missing", field: keyPath.text };
    }
    return null;
  };
}

/**
 * A key as text; numbers keep their digits. Null where the key is missing, null, or an object, list or bytes: such
 * messages must not share a row.
 */
export function keyText(value: Value | undefined): string | null {
  return value === undefined || value === null ? null : scalarText(value);
}

function fieldCheck({ name, type, required, values }: FeedField): Check {
  const path = pathOf(name);
  const allowed = new Set(values);
  return (event) => {
    const found = path.of(event);
    if (found === undefined || found === null) return required ? { reason: "missing", field: name } : null;
    if (type !== "any" && typeOf(found) !== type) {
      return { reason: "wrong-type", field: name, expected: type, found: typeOf(found) };
    }
    if (values === undefined) return null;
    const text = scalarText(found) ?? typeOf(found);
    if (allowed.has(text)) return null;
    return {
      reason: "not-allowed",
      field: name,
      found: wholeCharacters(text, MAX_FOUND_CHARACTERS),
      allowed: values,
    };
  };
}
