import { describe, expect, test } from "vitest";
import { type ContentEvent, fieldAt, pathOf, stepsOf } from "./path.ts";
import { ExactNumber, type Value } from "./value.ts";

const event = (value: Value | undefined, more: Partial<ContentEvent> = {}): ContentEvent => ({
  subject: "orders.eu.created",
  size: 2,
  headers: [
    ["Traceparent", ["00-4bf9-00f0-01"]],
    ["A", ["1", "2, 3"]],
  ],
  atMs: 1000,
  value,
  ...more,
});
const at = (path: string, value: Value | undefined, more: Partial<ContentEvent> = {}) =>
  pathOf(path).of(event(value, more));

describe("a path into the payload", () => {
  const order: Value = {
    customer: { address: { city: "Ulm" }, name: null },
    items: [{ id: new ExactNumber("9007199254740993") }, { id: 2, tags: ["a", "b"] }],
    empty: "",
    "a.b": "a name with a dot",
  };

  test.each<[string, unknown]>([
    ["customer.address.city", "Ulm"],
    ["items[1].id", 2],
    ["items[1].tags[0]", "a"],
    ["items[0].id", new ExactNumber("9007199254740993")],
    ["customer.name", null],
    ["empty", ""],
    ["a.b", "a name with a dot"],
    ["$payload.customer.address.city", "Ulm"],
    ["$payload.items[1].id", 2],
    ["customer.address.street", undefined],
    ["items[2].id", undefined],
    ["items.length", undefined],
    ["customer.name.first", undefined],
    ["empty.length", undefined],
    ["toString", undefined],
    ["customer.constructor", undefined],
    ["__proto__", undefined],
  ])("%s is %j", (path, expected) => {
    expect(at(path, order)).toEqual(expected);
  });

  test("leads to `payload` where the top level has no such field; the top level comes first", () => {
    expect(at("meta.id", { payload: { meta: { id: 7 } } })).toBe(7);
    expect(at("id", { id: "top", payload: { id: "inner" } })).toBe("top");
    expect(at("id", { id: null, payload: { id: "inner" } })).toBeNull();
    expect(at("constructor", { payload: {} })).toBeUndefined();
  });

  test("leads into a top-level list, and with $payload to the whole value", () => {
    expect(at("[0].id", [{ id: 1 }])).toBe(1);
    expect(at("$payload[0].id", [{ id: 1 }])).toBe(1);
    expect(at("$payload", "a line of a log")).toBe("a line of a log");
    expect(at("id", "a line of a log")).toBeUndefined();
    expect(at("id", undefined)).toBeUndefined();
  });

  test.each(["a..b", "a.", ".a", "a[x]", "a[0", "a]", "[", "a b", "çã.ü"])(
    "%s is at worst the name of a field",
    (name) => expect(at(name, { [name]: 1 })).toBe(1),
  );
});

describe("a path to something beside the payload", () => {
  test.each<[string, unknown]>([
    ["$subject", "orders.eu.created"],
    ["$subject[0]", "orders"],
    ["$subject[2]", "created"],
    ["$subject[3]", undefined],
    ["$header.traceparent", "00-4bf9-00f0-01"],
    ["$header.A", "1, 2, 3"],
    ["$header.none", undefined],
    ["$size", 2],
    ["$time", 1000],
    ["$seq", undefined],
    ["$key", undefined],
  ])("%s is %j", (path, expected) => {
    expect(at(path, null)).toEqual(expected);
  });

  test("with a stream there are a time of publication and a sequence; with a bucket there is a key", () => {
    expect(at("$time", null, { publishedAtMs: 500 })).toBe(500);
    expect(at("$seq", null, { sequence: 41 })).toBe(41);
    expect(at("$key", null, { subject: "$KV.devices.ulm.7" })).toBe("ulm.7");
  });
});

test("a missing plain name is looked up only once in the value and once in its `payload`", () => {
  const looked: string[] = [];
  const value = { a: 1, payload: { b: 2 } };
  fieldAt(value, "gone", stepsOf("gone"), (fields, name) => {
    looked.push(`${name} in ${Object.keys(fields)}`);
    return undefined;
  });
  expect(looked).toEqual(["gone in a,payload", "gone in b"]);
});
