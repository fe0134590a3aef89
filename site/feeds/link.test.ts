import { expect, test } from "vitest";
import { type FeedLink, formatLink, parseLink } from "./link.ts";

const IDS = ["sparc", "llm"];
const PLAIN: FeedLink = { filter: "", paused: false, fields: null, hidden: false };
const both = (sparc: Partial<FeedLink>, llm: Partial<FeedLink>) =>
  new Map([
    ["sparc", { ...PLAIN, ...sparc }],
    ["llm", { ...PLAIN, ...llm }],
  ]);

test.each([
  both({ filter: "a & b = 100 % ç" }, { paused: true }),
  both({ fields: ["a,b", "ç&="] }, { hidden: true }),
  both({ filter: "one", paused: true }, { filter: "another", paused: true }),
])("a link says again what it was made from: %#", (links) => {
  expect(parseLink(formatLink(links), IDS)).toEqual(links);
});

test("what all feeds are filtered by is a trace, and is said once", () => {
  const links = both({ filter: "4f2a" }, { filter: "4f2a" });
  expect(formatLink(links)).toBe("#trace=4f2a");
  expect(parseLink("#trace=4f2a", IDS)).toEqual(links);
  expect(formatLink(new Map([["llm", { ...PLAIN, filter: "x" }]]))).toBe("#filter.llm=x");
});

test("nothing to say is no link", () => {
  expect(formatLink(both({}, {}))).toBe("");
  expect(parseLink("", IDS)).toEqual(both({}, {}));
});

test("feeds and words that the page doesn't know are left alone", () => {
  expect(parseLink("#filter.gone=x&paused=gone,llm&main&feeds=gone", IDS)).toEqual(
    both({}, { paused: true }),
  );
});

test("a long filter is cut", () => {
  expect(parseLink(`#filter.llm=${"x".repeat(10_000)}`, IDS).get("llm")?.filter).toHaveLength(200);
});
