/** The labels of a chart's value axis. A canvas stores no text, so they are recorded when they are painted. */
import type { Page } from "playwright-core";
import { hook } from "./dashboard.ts";

interface Tick {
  readonly text: string;
  /** Start of the label, pixels from the chart's edge. */
  readonly left: number;
}

/** Records the ticks of all charts from now on; runs in the page. */
export function noteTicks(): void {
  const { prototype } = CanvasRenderingContext2D;
  const { clearRect, fillText } = prototype;
  prototype.clearRect = function (...box) {
    this.canvas.dataset.ticks = "[]";
    clearRect.apply(this, box);
  };
  prototype.fillText = function (text, x, y) {
    const left = (x - this.measureText(text).width) / devicePixelRatio;
    const ticks: unknown[] = JSON.parse(this.canvas.dataset.ticks ?? "[]");
    // The time axis has centred labels.
    if (this.textAlign === "right") this.canvas.dataset.ticks = JSON.stringify([...ticks, { text, left }]);
    fillText.call(this, text, x, y);
  };
}

/** The ticks of a chart at its last paint; empty before the first. */
export async function ticksIn(page: Page, chart: string): Promise<readonly Tick[]> {
  const noted = await page.locator(`${hook(chart)} canvas`).getAttribute("data-ticks");
  return JSON.parse(noted ?? "[]") as readonly Tick[];
}
