import { describe, expect, test } from "vitest";
import { filterOf } from "./filter.ts";
import { parseFilter } from "./filter-terms.ts";
import { eventOf, SEARCHED } from "./testing.ts";

const found = (wanted: string) => filterOf(wanted).matches(SEARCHED);

describe("problems are reported, and the other terms act", () => {
  test.each([
    ['"unclosed', [{ kind: "unclosed-quote", at: '"unclosed' }]],
    ['user:"an', [{ kind: "unclosed-quote", at: '"an' }]],
    ['“foo name:"bar baz"', [{ kind: "unclosed-quote", at: '“foo name:"bar baz"' }]],
    ['"foo name:“bar baz”', [{ kind: "unclosed-quote", at: '"foo name:“bar baz”' }]],
    ['"foo “bar baz" ana', []],
    ["price>cheap", [{ kind: "no-number", at: "price>cheap", value: "cheap" }]],
    ["or", [{ kind: "nothing-beside-or" }]],
    ["ana or", [{ kind: "nothing-beside-or" }]],
    ["or ana", [{ kind: "nothing-beside-or" }]],
    ["a or or b", [{ kind: "nothing-beside-or" }]],
    ["or or ana", [{ kind: "nothing-beside-or" }]],
    ['a or "', [{ kind: "unclosed-quote", at: '"' }]],
    ['a or ""', []],
    ["ana user:an price>1", []],
    ['"or"', []],
    ["price>", []],
    ["- ana", []],
    ["", []],
    ['""', []],
  ])("%s", (wanted, problems) => expect(parseFilter(wanted).problems).toEqual(problems));

  test("empty quotation marks are no term; a lone dash finds a dash", () => {
    expect(filterOf('""').isEmpty).toBe(true);
    expect([found("-"), filterOf("-").matches(eventOf("none here"))]).toEqual([true, false]);
  });

  test("a half-typed filter acts as its finished part", () => {
    expect(found('"she sa')).toBe(true);
    expect(found("ana or")).toBe(true);
    expect(found("or ana")).toBe(true);
  });

  test("a field that no message has is reported as unknown", () => {
    const events = [SEARCHED, eventOf("text")];
    const unknown = (wanted: string) => filterOf(wanted).unknownFields(events);
    expect(unknown("not-a-field:x status:failed -other>5")).toEqual(["not-a-field", "other"]);
    expect(unknown(String.raw`http://x C:\temp Status:gone`)).toEqual([]);
    expect(filterOf("not-a-field:x").unknownFields([])).toEqual([]);
    // A deletion of a key has no fields.
    const gone = eventOf("", { subject: "$KV.b.12:30", isDeletion: true });
    expect(filterOf("state:on").unknownFields([gone])).toEqual([]);
    expect(filterOf("state:on 12:30").unknownFields([gone, eventOf("{}")])).toEqual(["state"]);
  });
});
