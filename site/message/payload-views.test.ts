import { expect, test } from "vitest";
import { shownText } from "./payload-views.tsx";

test.each<[string, string, number]>([
  ["of one byte", "a", 65_536],
  ["of two bytes", "ש", 1 + 2 * 65_535],
  ["of two places and four bytes, none of them halved", "😀", 1 + 4 * 32_767],
])(
  "a text that is too long is cut, and told by the bytes that are shown of it: signs %s",
  (_case, sign, bytes) => {
    const raw = `a${sign.repeat(65_536)}`;
    const { text, isCut, shownBytes } = shownText({ raw, value: raw }, "text");
    expect([isCut, shownBytes]).toEqual([true, bytes]);
    expect(raw.startsWith(text)).toBe(true);
    expect(new TextDecoder().decode(new TextEncoder().encode(text))).toBe(text);
  },
);

test("what ends its lines with CR stands in lines", () => {
  const raw = "MSH|LAB\rPID|1\r\nOBX|1\n";
  for (const view of ["pretty", "text"] as const) {
    expect(shownText({ raw, value: raw }, view).text).toBe("MSH|LAB\nPID|1\nOBX|1\n");
  }
});

test("a text in another encoding is shown as what it says, and its bytes as they came", () => {
  const entry = { raw: Uint8Array.of(0xff, 0xfe, 0x47, 0x00), value: "G" };
  expect(shownText(entry, "text").text).toBe("G");
  expect(shownText(entry, "hex").text).toContain("ff fe 47 00");
});

test.each([
  ["little-endian", Uint8Array.of(0xff, 0xfe, 0x5b, 0, 0x31, 0, 0x20, 0, 0x5d, 0)],
  ["big-endian", Uint8Array.of(0xfe, 0xff, 0, 0x5b, 0, 0x31, 0, 0x20, 0, 0x5d)],
])("JSON in UTF-16, %s, is shown as text as it was written", (_case, raw) => {
  expect(shownText({ raw, value: [1] }, "text").text).toBe("[1 ]");
});

test("JSON in Windows-1252 is shown as text as it was written: as UTF-8 its letters were signs of damage", () => {
  const text = '{"city": "São Paulo", "state": "entregue às 12h"}';
  const raw = Uint8Array.from(text, (sign) => sign.charCodeAt(0));
  expect(shownText({ raw, value: { city: "São Paulo" } }, "text").text).toBe(text);
});
