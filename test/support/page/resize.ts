import type { Page } from "playwright-core";

/** Makes the page so large, pixels, and waits until it shows what it has for that width: a browser says so only with its next frame. */
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
