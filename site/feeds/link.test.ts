import { expect, test } from "vitest";
import { formatLink, parseLink } from "./link.ts";

const IDS = ["sparc", "llm"];

test("a link says again what it was made from", () => {
  const links = new Map([
    ["sparc", { filter: "a & b = 100 % ç", paused: false }],
    ["llm", { filter: "", paused: true }],
  ]);
  expect(parseLink(formatLink(links), IDS)).toEqual(links);
});

test("nothing to say is no link", () => {
  expect(formatLink(new Map([["llm", { filter: "", paused: false }]]))).toBe("");
  expect(parseLink("", IDS).size).toBe(0);
});

test("feeds and words that the page doesn't know are left alone", () => {
  expect(parseLink("#filter.gone=x&paused=gone,llm&main", IDS)).toEqual(
    new Map([["llm", { filter: "", paused: true }]]),
  );
});

test("a long filter is cut", () => {
  expect(parseLink(`#filter.llm=${"x".repeat(10_000)}`, IDS).get("llm")?.filter).toHaveLength(200);
});
