import { base64Of } from "./base64.ts";
import { setField } from "./exact-json.ts";
import { detailOf } from "./problem.ts";
import { bounded, type PayloadKind, type PayloadReader, wrong } from "./reading.ts";
import { ExactNumber, isFields, isList, scalarText, type Value } from "./value.ts";

/** A reader of another encoding, made of what decodes it: that may throw. */
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
 * What a decoder made of a payload, as the page's values: integers with all digits, maps as fields. It needs no
 * stack, since such a payload may be nested as deep as it is long.
 */
export function valueOfDecoded(decoded: unknown): Value {
  const open: Value[] = [];
  const take = (found: unknown): Value => {
    const value = plain(found);
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
  if (decoded instanceof Map) {
    const fields: { [field: string]: Value } = {};
    for (const [key, value] of decoded) setField(fields, nameOf(key), value as Value);
    return fields;
  }
  // The break that ends lists and maps of CBOR, where a value should stand.
  if (typeof decoded === "symbol") throw new TypeError("an end where a value should stand");
  return decoded as Value;
}

/**
 * A map of these encodings may have keys of any kind, and a field's name is a text: 1 has that of "1", and bytes have base64.
 * @throws TypeError where it is a list or a map
 */
export function nameOf(key: unknown): string {
  const name = key instanceof Uint8Array ? base64Of(key) : scalarText(plain(key));
  if (name === null) throw new TypeError("a list or a map stands where a field's name should");
  return name;
}

/**
 * The number with the fewest digits that is still this float (IEEE 754 binary32: at most nine): as a double, 0.1 would be
 * 0.10000000149011612.
 */
export function shortestFloat(float: number): number {
  // Its digits have lost the sign.
  if (float === 0) return float;
  for (let digits = 6; digits <= 9; digits += 1) {
    const shorter = Number(float.toPrecision(digits));
    if (Math.fround(shorter) === float) return shorter;
  }
  return float;
}
