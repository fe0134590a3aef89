/** From here on nearly all signs are as wide as two figures (Unicode, Annex 11), and more than could be measured one by one. */
const FIRST_WIDE = "\u2e80";
/** What stands over or under another sign, or says how it is to be drawn. */
const WITHOUT_WIDTH = /\p{Mn}/u;

const byFont = new Map<string, (sign: string) => number>();
let canvas: CanvasRenderingContext2D | null = null;

/**
 * Measures signs, in CSS pixels, as a box shows them, whose style sheet gives it a `column-gap` of 1ch.
 * @param weight headings have 500
 * @returns the same for boxes of the same font
 */
export function signWidths(box: Element, weight: "500" | "600"): (sign: string) => number {
  const { fontFamily, fontSize, columnGap } = getComputedStyle(box);
  const font = `${fontSize} ${fontFamily}`;
  const key = `${weight} ${columnGap} ${font}`;
  const widths =
    byFont.get(key) ?? widthsIn(`${weight} ${font}`, Number.parseFloat(columnGap) / pixelsOf("0", font));
  byFont.set(key, widths);
  return widths;
}

/** @param scale how much larger signs are than their font says: a reader's least size of texts is nothing to a canvas */
function widthsIn(font: string, scale: number): (sign: string) => number {
  const measure = (sign: string) => scale * pixelsOf(sign, font);
  const figurePx = measure("0");
  const known = new Map<string, number>();
  return (sign) => {
    if (sign >= FIRST_WIDE) return WITHOUT_WIDTH.test(sign) ? 0 : 2 * figurePx;
    const before = known.get(sign);
    if (before !== undefined) return before;
    // The page's figures are equally wide, those of a canvas aren't in every font.
    const width = /\d/.test(sign) ? figurePx : WITHOUT_WIDTH.test(sign) ? 0 : measure(sign);
    known.set(sign, width);
    return width;
  };
}

function pixelsOf(sign: string, font: string): number {
  canvas ??= document.createElement("canvas").getContext("2d");
  if (canvas === null) return 0;
  canvas.font = font;
  return canvas.measureText(sign).width;
}
