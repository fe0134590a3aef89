import { expect, test } from "vitest";
import { placeOfFault } from "./json.ts";

test.each([
  ["[", "it ends too early"],
  ['[{"subject":"orders.>"', "it ends too early"],
  ['["orders', "it ends too early"],
  ["['orders.>']", `line 1, character 2: "'"`],
  ["[“orders.>”]", 'line 1, character 2: "“"'],
  ['["orders.>",]', 'line 1, character 13: "]"'],
  ['[{"subject":"a"} {"subject":"b"}]', 'line 1, character 18: "{"'],
  ['[\n  {"subject":"a"},\n  {subject:"b"}\n]', 'line 3, character 4: "s"'],
  ['["a\nb"]', String.raw`line 1, character 4: "\n"`],
  ['["at position 7", 🙂]', 'line 1, character 19: "🙂"'],
  ['["a"], "b"', 'line 1, character 6: ","'],
  [`[${'"a",'.repeat(200)}x,${'"a",'.repeat(200)}"a"]`, 'line 1, character 802: "x"'],
])("%s is no JSON from a place on", (json, place) => {
  expect(placeOfFault(json)).toBe(place);
});
