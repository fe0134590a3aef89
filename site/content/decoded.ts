import { setField } from "./exact-json.ts";
import { ExactNumber, isFields, isList, type Value } from "./value.ts";

/**
 * What a decoder made of a payload, as the page's values: integers with all digits, maps as fields, times as
 * ISO 8601. It needs no stack, since such a payload may be nested as deep as it is long.
 * @param own what only this decoder makes, as a value
 */
export function valueOfDecoded(decoded: unknown, own: (found: unknown) => unknown = (found) => found): Value {
  const open: Value[] = [];
  const take = (found: unknown): Value => {
    const value = plain(own(found));
    if (isList(value) || isFields(value)) open.push(value);
    return value;
  };
  const root = take(decoded);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (isList(next)) {
      const list = next as unknown[];
      for (let index = 0; index < list.length; index += 1) list[index] = take(list[index]);
    } else if (isFields(next)) {
      const fields = next as { [field: string]: Value };
      for (const name of Object.keys(fields)) setField(fields, name, take(fields[name]));
    }
  }
  return root;
}

/** An integer as a number where a double keeps it, else by its digits. */
export function valueOfInteger(integer: bigint): Value {
  const double = Number(integer);
  return Number.isSafeInteger(double) ? double : new ExactNumber(String(integer));
}

/** One value, of which what it holds is still as the decoder made it. */
function plain(decoded: unknown): Value {
  if (typeof decoded === "bigint") return valueOfInteger(decoded);
  if (decoded === undefined) return null;
  if (decoded instanceof Date) {
    return Number.isNaN(decoded.getTime()) ? null : decoded.toISOString();
  }
  if (decoded instanceof Map) {
    const fields: { [field: string]: Value } = {};
    for (const [key, value] of decoded) setField(fields, keyOf(key), value as Value);
    return fields;
  }
  if (typeof decoded === "function" || typeof decoded === "symbol") return String(decoded);
  return decoded as Value;
}

/** A map of these encodings may have keys of any kind; a field's name is a text. */
function keyOf(key: unknown): string {
  return typeof key === "object" && key !== null ? JSON.stringify(key) : String(key);
}
