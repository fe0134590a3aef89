import type { Page } from "playwright-core";
import { en } from "../../../site/i18n/en.ts";
import { ptBR } from "../../../site/i18n/pt-br.ts";
import { sheetsEn } from "../../../site/i18n/sheets-en.ts";
import { sheetsPtBR } from "../../../site/i18n/sheets-pt-br.ts";
import { DEFAULT_FEEDS } from "../../../worker/default-feeds.ts";
import { Dashboard, hook } from "./dashboard.ts";
import { resize } from "./resize.ts";

/** A combination of language, theme and width. */
export interface Look {
  readonly language: "en" | "pt-BR";
  readonly theme: "light" | "dark";
  readonly width: keyof typeof HEIGHTS;
}

/** Heights of the windows of a phone, a tablet, a desktop and a wall display, by width. */
const HEIGHTS = { 360: 740, 768: 1024, 1440: 900, 2560: 1440 } as const;

/** Looks that cover all pairs: each language with each theme and each width, and each theme with each width. */
export const LOOKS: readonly Look[] = [
  { language: "en", theme: "light", width: 1440 },
  { language: "pt-BR", theme: "light", width: 360 },
  { language: "pt-BR", theme: "dark", width: 1440 },
  { language: "en", theme: "dark", width: 360 },
];

/** Changes the look with the page's own controls, and waits until it is painted. */
export async function lookAt(page: Page, { language, theme, width }: Look): Promise<void> {
  await resize(page, width, HEIGHTS[width]);
  const chosen = await page.evaluate(() => {
    const { lang, dataset } = document.documentElement;
    return { language: lang, theme: dataset.theme };
  });
  // Skips choices that are already made, because choosing takes most of the time.
  for (const [what, value] of Object.entries({ theme, language }) as ["theme" | "language", string][]) {
    if (chosen[what] === value) continue;
    await openMenu(page);
    await new Dashboard(page).choose(what, value);
  }
  await page.waitForSelector(`html[lang="${language}"][data-theme="${theme}"]`);
  await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => setTimeout(painted))));
}

/** Opens the page's menu even if a sheet covers its button. A reader would close the sheet, but the test checks it. */
async function openMenu(page: Page): Promise<void> {
  await page.$eval(hook("menu"), (button) => {
    ((button as HTMLButtonElement).popoverTargetElement as HTMLElement | null)?.showPopover();
  });
  await page.waitForSelector(`${hook("menu")}[aria-expanded="true"]`);
}

/** All texts of a language that aren't parts of others. */
function textsOf(tree: object): string[] {
  return Object.values(tree).flatMap((value) => {
    if (typeof value === "string") return [value];
    return typeof value === "object" && value !== null ? textsOf(value) : [];
  });
}

const titles = DEFAULT_FEEDS.flatMap(({ title, columns }) => [
  title,
  ...columns.map((column) => column.title),
]);
const portuguese = new Set([...textsOf({ ptBR, sheetsPtBR }), ...titles.map((title) => title["pt-BR"])]);
/** English texts that the Portuguese page contains only if they weren't translated. */
const ENGLISH_ONLY = textsOf({ en, sheetsEn }).filter((text) => !portuguese.has(text));

/** Layout and translation faults of the page as it is now, one line each. */
export async function flaws(page: Page, language: Look["language"]): Promise<string[]> {
  return page.evaluate(findFlaws, language === "en" ? [] : ENGLISH_ONLY);
}

/** Runs in the page. */
function findFlaws(foreign: readonly string[]): string[] {
  const found: string[] = [];
  const nameOf = (element: Element): string =>
    `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> ${(element.textContent ?? "").slice(0, 40)}`;
  const isSeen = (element: Element): boolean =>
    element.checkVisibility() &&
    element.closest(".visually-hidden, .skip, [data-look='embed'] .header") === null;
  const boxOf = (element: Element): DOMRect => element.getBoundingClientRect();

  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide in ${clientWidth}`);

  // No element exceeds its container or overlaps its siblings.
  const holders =
    ".header, .header > *, .banner, .panel__head, .panel__line, .toolbar, .sheet__head, .field, .facts__line, .strip, .menu";
  for (const holder of document.querySelectorAll(holders)) {
    const outer = boxOf(holder);
    // With `display: contents`, the children belong to the container's own container.
    if (outer.width === 0) continue;
    // An open popover may exceed its container, but not the window.
    const inner = [...holder.children].filter((child) => isSeen(child) && !child.matches(":popover-open"));
    for (const [index, child] of inner.entries()) {
      const box = boxOf(child);
      if (box.left < outer.left - 1 || box.right > outer.right + 1) found.push(`hangs out: ${nameOf(child)}`);
      for (const other of inner.slice(index + 1)) {
        const beside = boxOf(other);
        const across = Math.min(box.right, beside.right) - Math.max(box.left, beside.left);
        const down = Math.min(box.bottom, beside.bottom) - Math.max(box.top, beside.top);
        if (across > 1 && down > 1) found.push(`overlap: ${nameOf(child)} | ${nameOf(other)}`);
      }
    }
  }

  for (const menu of document.querySelectorAll(":popover-open")) {
    const { left, right, top, bottom } = boxOf(menu);
    if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight)
      found.push(`out of the window: ${nameOf(menu)}`);
  }

  // Truncated texts must end with an ellipsis.
  for (const element of document.querySelectorAll(
    "button, .pill, .tag, .chip, h1, h2, h3, dt, dd, label, p",
  )) {
    if (!isSeen(element) || element.scrollWidth <= element.clientWidth + 1) continue;
    const { overflowX, textOverflow, display } = getComputedStyle(element);
    if (display === "inline" || overflowX === "auto") continue;
    if (overflowX !== "hidden" || textOverflow !== "ellipsis") found.push(`cut: ${nameOf(element)}`);
  }

  // Texts in a table may be cut at the end, but not in their first characters; no short word breaks across lines.
  for (const cell of document.querySelectorAll(".table .cell")) {
    const boxes = [cell, ...cell.querySelectorAll("button, .cell__text, .row__text, .chip")].map(boxOf);
    const [right, bottom] = [
      Math.min(...boxes.map((box) => box.right)),
      Math.min(...boxes.map((box) => box.bottom)),
    ];
    const words = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    let left = cell.matches("th") ? 11 : 12;
    for (let node = words.nextNode(); node !== null; node = words.nextNode()) {
      for (const { index, 0: word } of (node.nodeValue ?? "").matchAll(/\S+/g)) {
        const range = document.createRange();
        const linesOf = (length: number): DOMRect[] => {
          range.setStart(node, index);
          range.setEnd(node, index + length);
          return [...range.getClientRects()];
        };
        const lines = new Set(linesOf(word.length).map(({ top }) => Math.round(top)));
        if (word.length <= 12 && lines.size > 1) found.push(`broken: ${nameOf(cell)}`);
        const isOut = (line: DOMRect) => line.right > right + 1 || line.bottom > bottom + 1;
        if (left > 0 && linesOf(Math.min(left, word.length)).some(isOut)) found.push(`cut: ${nameOf(cell)}`);
        // The space between two words counts as one of the visible characters.
        left -= word.length + 1;
      }
    }
  }

  for (const element of document.querySelectorAll(
    "button, h1, h2, h3, th, dt, summary, option, figcaption",
  )) {
    const text = element.getAttribute("aria-label") ?? element.textContent ?? "";
    if (isSeen(element) && text.trim() === "") found.push(`empty: ${nameOf(element)}`);
  }

  const isForeign = new Set(foreign);
  const attributeTexts = ["title", "aria-label", "placeholder"].flatMap((attribute) =>
    [...document.querySelectorAll(`[${attribute}]`)].map((element) => element.getAttribute(attribute) ?? ""),
  );
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    // The screen reader's announcements change language a moment later.
    if (node.parentElement?.dataset.testid !== "announcer") attributeTexts.push(node.nodeValue ?? "");
  }
  for (const text of attributeTexts) if (isForeign.has(text.trim())) found.push(`untranslated: ${text}`);
  return found;
}
