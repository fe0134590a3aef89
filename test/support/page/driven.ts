import type { Keyboard, Page } from "playwright-core";

/** What can be asked of a page in any browser that shows it. */
export interface DrivenPage
  extends Pick<
    Page,
    | "$"
    | "$$eval"
    | "$eval"
    | "click"
    | "evaluate"
    | "fill"
    | "getAttribute"
    | "goto"
    | "selectOption"
    | "textContent"
    | "title"
    | "url"
    | "waitForSelector"
  > {
  readonly keyboard: Pick<Keyboard, "press">;
}

/** A file that a page hands out. */
export interface Handed {
  readonly name: string;
  readonly text: string;
}

/** A browser that such pages are opened in. */
export interface Driver<P extends DrivenPage> {
  /** A page of a fresh profile, with everything that it complained of. */
  openPage(): Promise<{ readonly page: P; readonly complaints: readonly string[]; close(): Promise<void> }>;
  /** The file that a page hands out when something is done on it. */
  handed(page: P, act: () => Promise<void>): Promise<Handed>;
}
