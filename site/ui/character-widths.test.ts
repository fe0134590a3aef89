import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { characterWidths } from "./character-widths.ts";

const measured: string[] = [];
const box = {} as Element;
let columnGap = "7px";

beforeEach(() => {
  measured.length = 0;
  const measureText = (character: string) => {
    measured.push(character);
    return { width: 7 };
  };
  vi.stubGlobal("getComputedStyle", () => ({ fontFamily: "sans-serif", fontSize: "13px", columnGap }));
  vi.stubGlobal("document", { createElement: () => ({ getContext: () => ({ measureText }) }) });
});
afterEach(() => vi.unstubAllGlobals());

test("each character is measured once per font, and wide scripts aren't measured at all", () => {
  const widthOf = characterWidths(box, "500");
  expect(characterWidths(box, "500")).toBe(widthOf);
  expect(characterWidths(box, "600")).not.toBe(widthOf);
  measured.length = 0;
  expect([..."aéa95"].map(widthOf)).toEqual([7, 7, 7, 7, 7]);
  expect(measured).toEqual(["a", "é"]);
  expect([..."日本\u{1f600}\u{20000}"].map(widthOf)).toEqual([14, 14, 14, 14]);
  expect([..."\u0301\u0947\ufe0f"].map(widthOf)).toEqual([0, 0, 0]);
  expect(measured).toEqual(["a", "é"]);
});

test("character widths grow with a reader's minimum font size", () => {
  columnGap = "14px";
  expect([..."a9日"].map(characterWidths(box, "500"))).toEqual([14, 14, 28]);
  columnGap = "7px";
  expect([..."a9日"].map(characterWidths(box, "500"))).toEqual([7, 7, 14]);
});
