/** What stands at a chart's axis of values. A canvas keeps no words: they are noted as they are painted. */
import type { Page } from "playwright-core";
import { hook } from "./dashboard.ts";

interface Tick {
  readonly text: string;
  /** Where it begins, pixels from the chart's edge. */
  readonly left: number;
}

/** Notes the ticks of all charts from now on; runs in the page. */
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
    // The times under it stand in the middle of theirs.
    if (this.textAlign === "right") this.canvas.dataset.ticks = JSON.stringify([...ticks, { text, left }]);
    fillText.call(this, text, x, y);
  };
}

/** The ticks of a chart as it was last painted; none before. */
export async function ticksIn(page: Page, chart: string): Promise<readonly Tick[]> {
  const noted = await page.locator(`${hook(chart)} canvas`).getAttribute("data-ticks");
  return JSON.parse(noted ?? "[]") as readonly Tick[];
}
