/** By font, then by sign. */
const byFont = new Map<string, Map<string, number>>();
let canvas: CanvasRenderingContext2D | null = null;

/** Measures signs, in CSS pixels, as a box shows them, at the weight of headings. */
export function signWidths(box: Element): (sign: string) => number {
  const { fontFamily, fontSize } = getComputedStyle(box);
  const font = `500 ${fontSize} ${fontFamily}`;
  const widths = byFont.get(font) ?? new Map<string, number>();
  byFont.set(font, widths);
  return (sign) => {
    const known = widths.get(sign);
    if (known !== undefined) return known;
    const width = measure(sign, font);
    widths.set(sign, width);
    return width;
  };
}

function measure(sign: string, font: string): number {
  canvas ??= document.createElement("canvas").getContext("2d");
  if (canvas === null) return 0;
  canvas.font = font;
  // The page's figures are equally wide, those of a canvas aren't in every font.
  return canvas.measureText(/\d/.test(sign) ? "0" : sign).width;
}
