import type { Keyboard, Page } from "playwright-core";

/** The operations on a page that every browser driver supports. */
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
    | "waitForSelector"
  > {
  readonly keyboard: Pick<Keyboard, "press">;
}

/** A file that a page offers as a download. */
export interface Handed {
  readonly name: string;
  readonly text: string;
}

/** A browser that opens such pages. */
export interface Driver<P extends DrivenPage> {
  /** A page of a fresh profile, with its errors and warnings. */
  openPage(): Promise<{ readonly page: P; readonly complaints: readonly string[]; close(): Promise<void> }>;
  /** The file that a page offers as a download after an action. */
  handed(page: P, act: () => Promise<void>): Promise<Handed>;
}
