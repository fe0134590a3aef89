import type { Page } from "playwright-core";

/** Resizes the page, in pixels, and waits for its next frame: only then has it the layout of the new width. */
export async function resize(page: Page, width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.evaluate(
    (wanted) =>
      new Promise<void>((settle) => {
        const look = () => (innerWidth === wanted ? setTimeout(settle) : requestAnimationFrame(look));
        requestAnimationFrame(look);
      }),
    width,
  );
}
