import { expect, test } from "vitest";
import { shownText } from "./payload-views.tsx";

test.each<[string, string, number]>([
  ["of one byte", "a", 65_536],
  ["of two bytes", "ש", 1 + 2 * 65_535],
  ["of two places and four bytes, none of them halved", "😀", 1 + 4 * 32_767],
])("a text that is too long is cut, with the number of shown bytes: characters %s", (_case, sign, bytes) => {
  const raw = `a${sign.repeat(65_536)}`;
  const { text, isCut, shownBytes } = shownText({ raw, value: raw }, "text");
  expect([isCut, shownBytes]).toEqual([true, bytes]);
  expect(raw.startsWith(text)).toBe(true);
  expect(new TextDecoder().decode(new TextEncoder().encode(text))).toBe(text);
});

test("a lone CR ends a line", () => {
  const raw = "first\rsecond\r\nthird\n";
  for (const view of ["pretty", "text"] as const) {
    expect(shownText({ raw, value: raw }, view).text).toBe("first\nsecond\nthird\n");
  }
});

test("a text that isn't valid UTF-8 is shown with �, and its bytes as they arrived", () => {
  const entry = { raw: Uint8Array.of(0x47, 0xe9), value: "G\ufffd" };
  expect(shownText(entry, "text").text).toBe("G\ufffd");
  expect(shownText(entry, "hex").text).toContain("47 e9");
});
