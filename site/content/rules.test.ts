import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FeedField } from "../../contract/feed.ts";
import { checkOf, keyText } from "./rules.ts";
import { eventOf } from "./testing.ts";
import { ExactNumber } from "./value.ts";

const FIELDS: readonly FeedField[] = [
  { name: "id", type: "string", required: true },
  { name: "status", type: "string", required: true, values: ["queued", "failed"] },
  { name: "tries", type: "number", required: false },
  { name: "result", type: "any", required: false },
  { name: "customer.name", type: "string", required: false },
];
const problemOf = (payload: unknown, fields = FIELDS, key: string | null = null) =>
  checkOf(fields, key)(eventOf(typeof payload === "string" ? payload : JSON.stringify(payload)));

test.each([
  { id: "a", status: "queued", extra: [1] },
  { payload: { id: "a", status: "queued" } },
  { id: "a", payload: { status: "failed" } },
  { id: "a", status: "queued", tries: 3, result: null },
  '{"id":"a","status":"queued","tries":1.10}',
])("%j keeps the rules", (payload) => {
  expect(problemOf(payload)).toBeNull();
});

test("a field of type `any` may have any type, and a required header doesn't require an object as payload", () => {
  expect(problemOf({ result: 7 }, [{ name: "result", type: "any", required: true }])).toBeNull();
  const tenant: FeedField = { name: "$header.tenant", type: "string", required: true };
  const event = eventOf("a line", { headers: [["tenant", ["acme"]]] });
  expect(checkOf([tenant], null)(event)).toBeNull();
});

test.each([
  [[1], { reason: "not-object", field: "payload", found: "array" }],
  ["null", { reason: "not-object", field: "payload", found: "null" }],
  ["a line", { reason: "not-object", field: "payload", found: "string" }],
  [{ status: "queued" }, { reason: "missing", field: "id" }],
  [
    { id: null, status: "queued" },
    { reason: "missing", field: "id" },
  ],
  [
    { id: 7, status: "queued" },
    { reason: "wrong-type", field: "id", expected: "string", found: "number" },
  ],
  [
    '{"id":1.10,"status":"queued"}',
    { reason: "wrong-type", field: "id", expected: "string", found: "number" },
  ],
  [
    { id: "a", status: "queued", tries: "3" },
    { reason: "wrong-type", field: "tries", expected: "number", found: "string" },
  ],
  [
    { id: "a", status: "queued", customer: { name: 7 } },
    { reason: "wrong-type", field: "customer.name", expected: "string", found: "number" },
  ],
  [
    { id: "a", status: "lost" },
    { reason: "not-allowed", field: "status", found: "lost", allowed: ["queued", "failed"] },
  ],
  [
    { id: "a", status: `a${"😀".repeat(40)}` },
    {
      reason: "not-allowed",
      field: "status",
      found: `a${"😀".repeat(31)}`,
      allowed: ["queued", "failed"],
    },
  ],
])("%j breaks the rules, with the field and the reason", (payload, problem) => {
  expect(problemOf(payload)).toEqual(problem);
});

describe("a feed without rules", () => {
  test.each(["a line of a log", "7", "null", "[1]", "{}", ""])("accepts %j", (payload) => {
    expect(problemOf(payload, [])).toBeNull();
  });

  test("checks a field that isn't required only where it is present", () => {
    const optional: FeedField = { name: "t", type: "number", required: false };
    expect(problemOf("a line", [optional])).toBeNull();
    expect(problemOf({ t: "7" }, [optional])?.reason).toBe("wrong-type");
  });
});

describe("a key", () => {
  const keyProblem = (payload: unknown, key: string) => problemOf(payload, [], key);

  test("may be any path, and events that lack it are malformed", () => {
    expect(keyProblem({ meta: { id: "x" } }, "meta.id")).toBeNull();
    expect(keyProblem({ id: "x" }, "meta.id")).toEqual({ reason: "missing", field: "meta.id" });
    expect(keyProblem("a line", "$subject[1]")).toBeNull();
    expect(keyProblem("a line", "$subject[2]")).toEqual({ reason: "missing", field: "$subject[2]" });
    expect(keyProblem({ id: null }, "id")).toEqual({ reason: "missing", field: "id" });
    expect(keyProblem({ id: {} }, "id")).toEqual({ reason: "missing", field: "id" });
  });

  test("keeps its digits: 64-bit ids that are equal as doubles are two keys", () => {
    expect(keyText(new ExactNumber("9223372036854775801"))).toBe("9223372036854775801");
    expect(["", false, 0, -0].map(keyText)).toEqual(["", "false", "0", "-0"]);
    expect([undefined, null, [], {}, new Uint8Array(1)].map(keyText)).toEqual(Array(5).fill(null));
  });
});

test("no JSON makes a check throw, and each problem comes from a rule", () => {
  const names = fc.constantFrom("id", "status", "tries", "toString", "payload");
  const rule = fc.record<FeedField>({
    name: names,
    type: fc.constantFrom("string", "number", "boolean", "any"),
    required: fc.boolean(),
    values: fc.constantFrom(["a"], ["1"]),
  });
  fc.assert(
    fc.property(fc.dictionary(names, fc.jsonValue()), fc.array(rule, { maxLength: 3 }), (value, rules) => {
      const named = [undefined, "payload", "id", ...rules.map(({ name }) => name)];
      expect(named).toContain(problemOf(value, rules, "id")?.field);
    }),
  );
});
