/** By font, then by sign. */
const known = new Map<string, Map<string, number>>();
let canvas: CanvasRenderingContext2D | null = null;

/** Measures signs, in CSS pixels, as a box shows them, at the weight of headings. */
export function signWidths(box: Element): (sign: string) => number {
  const { fontFamily, fontSize } = getComputedStyle(box);
  const font = `500 ${fontSize} ${fontFamily}`;
  const widths = known.get(font) ?? new Map<string, number>();
  known.set(font, widths);
  return (sign) => {
    const width = widths.get(sign) ?? measure(sign, font);
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
