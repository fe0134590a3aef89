import { base64Of } from "./base64.ts";
import { setField } from "./exact-json.ts";
import { detailOf } from "./problem.ts";
import { bounded, type PayloadKind, type PayloadReader, wrong } from "./reading.ts";
import { ExactNumber, isFields, isList, scalarText, type Value } from "./value.ts";

/** Makes the reader of a binary encoding from its decoder, which may throw. */
export function readerOf(
  kind: Exclude<PayloadKind, "json" | "text" | "bytes">,
  decode: (data: Uint8Array) => Value,
): PayloadReader {
  return bounded(true, (data) => {
    const raw = data.slice();
    try {
      return { kind, value: decode(raw), raw, isCut: false, problem: null };
    } catch (error) {
      return wrong(kind, raw, {
        reason: "not-decodable",
        field: "payload",
        format: kind,
        detail: detailOf(error),
      });
    }
  });
}

/**
 * Converts a decoder's result to the page's values: integers with all digits, maps as fields. It doesn't recurse,
 * because a payload may be nested as deep as it is long.
 */
export function valueOfDecoded(decoded: unknown): Value {
  const open: Value[] = [];
  const convert = (found: unknown): Value => {
    const value = convertOne(found);
    if (isList(value) || isFields(value)) open.push(value);
    return value;
  };
  const root = convert(decoded);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (isList(next)) {
      const list = next as unknown[];
      for (let index = 0; index < list.length; index += 1) list[index] = convert(list[index]);
    } else if (isFields(next)) {
      const fields = next as { [field: string]: Value };
      for (const name of Object.keys(fields)) setField(fields, name, convert(fields[name]));
    }
  }
  return root;
}

/** An integer as a number where a double holds it exactly, else as an `ExactNumber`. */
export function valueOfInteger(integer: bigint): Value {
  const double = Number(integer);
  return Number.isSafeInteger(double) ? double : new ExactNumber(String(integer));
}

/** Converts one value, but not the values inside it. */
function convertOne(decoded: unknown): Value {
  if (typeof decoded === "bigint") return valueOfInteger(decoded);
  if (decoded === undefined) return null;
  if (decoded instanceof Map) {
    const fields: { [field: string]: Value } = {};
    for (const [key, value] of decoded) setField(fields, nameOf(key), value as Value);
    return fields;
  }
  // CBOR's break code, which ends lists and maps, where a value should be.
  if (typeof decoded === "symbol") throw new TypeError("a break code instead of a value");
  return decoded as Value;
}

/**
 * The field name of a map's key, which may be of any kind in these encodings: 1 becomes "1", bytes become base64.
 * @throws TypeError where the key is a list or a map
 */
export function nameOf(key: unknown): string {
  const name = key instanceof Uint8Array ? base64Of(key) : scalarText(convertOne(key));
  if (name === null) throw new TypeError("a map has a list or a map as a key");
  return name;
}

/**
 * The number with the fewest digits that is the same 32-bit float (IEEE 754 binary32 needs at most nine). Widened to a
 * double, 0.1 would be 0.10000000149011612.
 */
export function shortestFloat(float: number): number {
  // toPrecision would lose the sign of -0.
  if (float === 0) return float;
  for (let digits = 6; digits <= 9; digits += 1) {
    const shorter = Number(float.toPrecision(digits));
    if (Math.fround(shorter) === float) return shorter;
  }
  return float;
}
