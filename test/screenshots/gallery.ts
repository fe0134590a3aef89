import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type Look, lookAt } from "../support/page/looks.ts";

const WIDTHS = [360, 1440] as const;
const THEMES = ["light", "dark"] as const;
const LANGUAGES = ["en", "pt-BR"] as const;

/** Language changes least often, because it has to load; width and theme change at once. */
const EVERY: readonly Look[] = LANGUAGES.flatMap((language) =>
  WIDTHS.flatMap((width) => THEMES.map((theme) => ({ language, width, theme }))),
);

/** Takes pictures of pages in every look, and lists them in one `index.html`. */
export class Gallery {
  readonly folder: string;
  readonly #only: readonly string[];
  readonly #taken: string[] = [];

  /**
   * @param folder emptied for the first picture
   * @param only the screens to take, as prefixes of their names; empty for all
   */
  constructor(folder: string, only: readonly string[]) {
    this.folder = folder;
    this.#only = only;
  }

  /** Whether a screen, or any screen with this prefix, is to be taken. */
  wants(name: string): boolean {
    return this.#only.length === 0 || this.#only.some((one) => name.startsWith(one) || one.startsWith(name));
  }

  /** Takes a screen or one of its elements in every look (or in the given ones), and leaves the page in the last look. */
  async take(
    page: Page,
    name: string,
    { element, looks = EVERY }: { readonly element?: string; readonly looks?: readonly Look[] } = {},
  ): Promise<void> {
    if (!this.wants(name)) return;
    if (this.#taken.length === 0) {
      await rm(this.folder, { recursive: true, force: true });
      await mkdir(this.folder, { recursive: true });
    }
    for (const look of looks) {
      await lookAt(page, look);
      const file = `${name}-${look.width}-${look.theme}-${look.language}.png`;
      const path = join(this.folder, file);
      await (element === undefined ? page : page.locator(element).first()).screenshot({ path });
      this.#taken.push(file);
    }
  }

  /** Writes `index.html` with all pictures, and returns its path; null if no picture was taken. */
  async writeIndex(): Promise<string | null> {
    if (this.#taken.length === 0) return null;
    const path = join(this.folder, "index.html");
    const figures = this.#taken.map(
      (file) => `<figure><figcaption>${file}</figcaption><img loading="lazy" src="${file}" alt=""></figure>`,
    );
    await writeFile(
      path,
      `<!doctype html><meta charset="utf-8"><title>Screens</title>${STYLE}${figures.join("\n")}\n`,
    );
    return path;
  }
}

const STYLE = `<style>
body { display: flex; flex-wrap: wrap; gap: 16px; font: 12px sans-serif; background: #777; }
figure { margin: 0; } img { max-width: 720px; max-height: 780px; }
</style>`;
