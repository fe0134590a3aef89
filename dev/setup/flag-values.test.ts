import { expect, test } from "vitest";
import { readOrigin } from "./flag-values.ts";

test("an origin may end with the slash that browsers copy", () => {
  expect(readOrigin("https://page.example/")).toBe("https://page.example");
  expect(readOrigin("HTTP://Page.example:80")).toBe("http://page.example");
  for (const wrong of [
    "page.example",
    "https://page.example/x",
    "https://page.example?x",
    "ws://page.example",
  ])
    expect(() => readOrigin(wrong)).toThrow("is not an origin");
});
