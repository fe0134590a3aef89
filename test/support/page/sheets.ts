import type { Download, Page } from "playwright-core";
import { Dashboard, type FeedId, hook } from "./dashboard.ts";
import type { Handed } from "./driven.ts";

/** Sheets with a button in the page. */
export type SheetName =
  | "panel"
  | "alerts"
  | "stream"
  | "charts"
  | "connection"
  | "settings"
  | "help"
  | "demo";

/** Opens a sheet with its button, which is in the menu if the header is too narrow. */
export async function openSheet(page: Page, name: SheetName): Promise<void> {
  if (!(await page.isVisible(hook(`open-${name}`)))) await page.click(hook("menu"));
  await page.click(hook(`open-${name}`));
  await page.waitForSelector(hook(name));
}

/** Closes the open sheet. */
export async function closeSheet(page: Page): Promise<void> {
  await page.press(".sheet", "Escape");
  await page.waitForSelector(".sheet", { state: "detached" });
}

/** Opens a row of a feed, by default the newest. */
export async function openRow(page: Page, feed: FeedId, index = 0): Promise<void> {
  // By its button, because a click on the row could hit an element above it.
  await page
    .locator(`${hook(`feed-${feed}-row`)} button`)
    .nth(index)
    .click();
  await page.waitForSelector(hook("details"));
}

/** Opens the chooser of a feed's columns. */
export async function openColumns(page: Page, feed: FeedId): Promise<void> {
  await new Dashboard(page).pressInMenu(feed, "columns");
  await page.waitForSelector(hook("columns"));
}

/** The file that a button downloads. */
export function downloaded(page: Page, testId: string): Promise<Handed> {
  return handed(page, () => page.click(hook(testId)));
}

/** A feed's exported file. */
export function exported(page: Page, feed: FeedId, format: "csv" | "json"): Promise<Handed> {
  return handed(page, () => new Dashboard(page).pressInMenu(feed, `export-${format}`));
}

/** The file that the page downloads after an action. */
export async function handed(page: Page, act: () => Promise<void>): Promise<Handed> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), text: await textOf(download) };
}

async function textOf(download: Download): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** The text of the element with a hook. */
export async function textAt(page: Page, testId: string): Promise<string> {
  return (await page.textContent(hook(testId))) ?? "";
}

/** The headings of a feed's columns. */
export async function headings(page: Page, feed: FeedId): Promise<string[]> {
  return page.$$eval(`${hook(`feed-${feed}`)} th`, (cells) => cells.map((cell) => cell.textContent ?? ""));
}
