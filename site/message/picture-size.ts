/** A picture's size in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** The most pixels of a picture that is shown: each takes at least four bytes of memory, however small the file. */
const MAX_PIXELS = 50_000_000;

/** Whether a picture is small enough to show: a file of a few kilobytes may decode to more than a browser's memory. */
export function isShowable({ width, height }: PictureSize): boolean {
  return width * height <= MAX_PIXELS;
}

/**
 * A picture's size as its header says, without decoding it; null where it can't be read. The browser's own figure can't
 * be trusted: it believes EXIF, which may claim 160 × 80 for 16,000 × 8,000 pixels, all of which are then painted.
 */
export function pictureSizeOf(bytes: Uint8Array, type: string): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const [width, height] = READERS[type]?.(view) ?? [0, 0];
    return width > 0 && height > 0 ? { width, height } : null;
  } catch {
    // The file ends before its size.
    return null;
  }
}

type Size = readonly [width: number, height: number];

const READERS: Readonly<Record<string, (view: DataView) => Size | null>> = {
  "image/png": (view) => [view.getUint32(16), view.getUint32(20)],
  "image/jpeg": jpeg,
  "image/gif": gif,
  "image/webp": webp,
  "image/avif": avif,
};

/** ITU T.81, B.2.2: the frame header follows any number of other segments. */
function jpeg(view: DataView): Size | null {
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    // Fill bytes (0xff) may precede a marker.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

/** GIF89a, 18 and 20: the logical screen, or the first image where that is larger, as browsers do. */
function gif(view: DataView): Size | null {
  const word = (at: number) => view.getUint16(at, true);
  const flags = view.getUint8(10);
  let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  while (view.getUint8(at) === 0x21) {
    at += 2;
    while (view.getUint8(at) > 0) at += view.getUint8(at) + 1;
    at += 1;
  }
  if (view.getUint8(at) !== 0x2c) return null;
  return [Math.max(word(6), word(at + 1) + word(at + 5)), Math.max(word(8), word(at + 3) + word(at + 7))];
}

/** RFC 9649: the lossy, lossless and extended formats. */
function webp(view: DataView): Size | null {
  const low = (at: number) => view.getUint32(at, true);
  switch (wordAt(view, 12)) {
    case "VP8 ":
      return [low(26) & 0x3fff, (low(26) >>> 16) & 0x3fff];
    case "VP8L":
      return [(low(21) & 0x3fff) + 1, ((low(21) >>> 14) & 0x3fff) + 1];
    case "VP8X":
      return [(low(24) & 0xffffff) + 1, (low(26) >>> 8) + 1];
    default:
      return null;
  }
}

/** ISO 23008-12, 6.5.3: each part of a picture has a size; the whole picture is the largest. */
function avif(view: DataView): Size | null {
  let size: Size | null = null;
  for (let at = 0; at <= view.byteLength - 16; at += 1) {
    if (view.getUint8(at) !== 0x69 || wordAt(view, at) !== "ispe") continue;
    const one: Size = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (size === null || one[0] * one[1] > size[0] * size[1]) size = one;
  }
  return size;
}

function wordAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((place) => view.getUint8(at + place)));
}
