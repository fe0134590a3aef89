/** From here on nearly all characters are two digits wide (Unicode, Annex 11), and too many to measure one by one. */
const FIRST_WIDE = "\u2e80";
/** Combining marks and variation selectors, which take no width of their own. */
const WITHOUT_WIDTH = /\p{Mn}/u;

const byFont = new Map<string, (character: string) => number>();
let canvas: CanvasRenderingContext2D | null = null;

/**
 * Returns a function that measures characters in CSS pixels, in the font of a box whose `column-gap` is 1ch.
 * @param weight the font weight; headings have 500
 * @returns the same function for boxes of the same font
 */
export function characterWidths(box: Element, weight: "500" | "600"): (character: string) => number {
  const { fontFamily, fontSize, columnGap } = getComputedStyle(box);
  const font = `${fontSize} ${fontFamily}`;
  const key = `${weight} ${columnGap} ${font}`;
  const widths =
    byFont.get(key) ?? widthsIn(`${weight} ${font}`, Number.parseFloat(columnGap) / pixelsOf("0", font));
  byFont.set(key, widths);
  return widths;
}

/** @param scale how much the browser enlarges text to reach the minimum font size, which a canvas ignores */
function widthsIn(font: string, scale: number): (character: string) => number {
  const measure = (character: string) => scale * pixelsOf(character, font);
  const figurePx = measure("0");
  const known = new Map<string, number>();
  return (character) => {
    if (character >= FIRST_WIDE) return WITHOUT_WIDTH.test(character) ? 0 : 2 * figurePx;
    const before = known.get(character);
    if (before !== undefined) return before;
    // The page uses tabular digits; a canvas doesn't in every font.
    const width = /\d/.test(character) ? figurePx : WITHOUT_WIDTH.test(character) ? 0 : measure(character);
    known.set(character, width);
    return width;
  };
}

function pixelsOf(character: string, font: string): number {
  canvas ??= document.createElement("canvas").getContext("2d");
  if (canvas === null) return 0;
  canvas.font = font;
  return canvas.measureText(character).width;
}
