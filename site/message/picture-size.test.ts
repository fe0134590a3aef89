import { expect, test } from "vitest";
import { isShowable, pictureSizeOf } from "./picture-size.ts";

/** Bytes from hexadecimal digits or, in quotes, from characters. */
const bytesOf = (text: string) =>
  Buffer.concat(
    text
      .split("'")
      .map((part, index) =>
        index % 2 === 1 ? Buffer.from(part, "latin1") : Buffer.from(part.replaceAll(" ", ""), "hex"),
      ),
  );

const COLOURS = "010203 040506";
const COMMENT = "21fe 02 'ab' 00";
const THUMBNAIL = "ffe1 000b ffc0 0011 08 0001 0001";

test.each([
  ["PNG", "image/png", "89'PNG'0d0a1a0a 0000000d'IHDR' 00004e20 00000005", 20_000],
  ["JPEG, behind a thumbnail", "image/jpeg", `ffd8 ${THUMBNAIL} ffffffc2 0011 08 0005 4e20`, 20_000],
  ["GIF", "image/gif", `'GIF89a' 204e 0500 800000 ${COLOURS} ${COMMENT} 2c 0000 0000 0100 0100`, 20_000],
  ["GIF, larger than its screen", "image/gif", "'GIF89a' 0100 0500 000000 2c 1000 0000 104e 0100", 20_000],
  ["WebP with loss", "image/webp", "'RIFF'00000000'WEBPVP8 'ffffffff 000000 9d012a ff3f 0540", 16_383],
  ["WebP without loss", "image/webp", "'RIFF'00000000'WEBPVP8L'ffffffff 2f fe3f0100", 16_383],
  ["WebP of more", "image/webp", "'RIFF'00000000'WEBPVP8X'ffffffff 02000000 1f4e00 040000", 20_000],
  [
    "AVIF, of parts",
    "image/avif",
    `'0000ftypavif ispe'00000000 00000009 00000009 'ispe'00000000 00004e20 00000005`,
    20_000,
  ],
])(
  "the size of a %s is read from its header, but not from a shorter beginning",
  (_kind, type, text, width) => {
    const bytes = bytesOf(text);
    expect(pictureSizeOf(bytes, type)).toEqual({ width, height: 5 });
    expect(pictureSizeOf(bytes.subarray(0, -1), type)).not.toEqual({ width, height: 5 });
  },
);

test("other bytes, and a picture without pixels, have no size", () => {
  expect(pictureSizeOf(bytesOf("ffd8 ffe1 0002 00"), "image/jpeg")).toBeNull();
  expect(pictureSizeOf(bytesOf("89'PNG'0d0a1a0a 0000000d'IHDR' 00000005 00000000"), "image/png")).toBeNull();
  expect(pictureSizeOf(bytesOf("'%PDF-'"), "application/pdf")).toBeNull();
});

test("a picture of 20,000 × 20,000 pixels isn't shown; one of a camera is", () => {
  expect(isShowable({ width: 20_000, height: 20_000 })).toBe(false);
  expect(isShowable({ width: 8000, height: 6000 })).toBe(true);
});
