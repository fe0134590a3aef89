import { batch, effect, type ReadonlySignal, type Signal } from "@preact/signals";
import type { SheetHost } from "../ui/sheet-host.ts";
import type { Board } from "./board.ts";
import { DEFAULTS, formatLink, type PageLink, parseLink } from "./link.ts";
import type { OwnPanels } from "./own-panels.ts";

/** The state that the page keeps with each entry of the browser's history. */
export interface Step {
  /** Number of the link that the reader followed; entries with the same number belong to the same page. */
  readonly link: number;
  /** Whether the entry before is the page without a sheet. A sheet may be open only in such an entry. */
  readonly isSecond: boolean;
}

/** The page's address: the browser's, or a test's. */
export interface Address {
  /** The hash, including `#`, and the step; the step is null for a link that the reader just followed. */
  read(): { readonly hash: string; readonly step: Step | null };
  /** Replaces the current entry of the history. */
  replace(hash: string, step: Step): void;
  /** Adds an entry to the history, so that the browser's back leads to the current one. */
  push(hash: string, step: Step): void;
  /** Calls `moved` when the reader follows a link or goes back or forward. Returns a function that ends this. */
  onMove(moved: () => void): () => void;
}

/** The panels of a link that the page doesn't show, and why. */
export interface NotShown {
  /** The definitions that are not valid. */
  readonly broken: readonly string[];
  /** The number of panels beyond the most that a link can bring. */
  readonly tooMany: number;
  /** The number of panels whose definition is too long. */
  readonly tooLong: number;
}

/** The parts of the page that the address describes. */
export interface LinkedPage {
  readonly board: Board;
  readonly sheetHost: SheetHost;
  /** Opens the sheet or message that a link names. */
  open(name: string): void;
  /** The panels that readers made. */
  readonly own: Pick<OwnPanels, "kept" | "open">;
  /**
   * The link's panels that aren't shown; null when all are, or the reader dismissed the note. Until then the broken
   * ones stay in the address.
   */
  readonly notShown: Signal<NotShown | null>;
  /** Whether live data is turned on. */
  readonly wanted: ReadonlySignal<boolean>;
  /** Turns live data on or off, when a link says so. */
  setLive(on: boolean): void;
}

/**
 * Keeps the page and its address in sync, in both directions, so that the address can be shared. A sheet is one
 * step of the browser's history: back closes it.
 * @returns a function that ends this
 */
export function bindAddress(page: LinkedPage, address: Address): () => void {
  const { board, sheetHost } = page;
  let linkCount = address.read().step?.link ?? 0;
  /** The link's `live`; null for none. It isn't remembered as a choice, so it stays in the address for a reload. */
  let linkedLive: boolean | null = null;

  const read = () => parseLink(address.read().hash);

  /** @param kept definitions of panels to open after the link's own */
  const show = (kept: readonly string[] = []) => {
    const link = read();
    const broken = page.own.open(link.own);
    page.own.open(kept);
    // The address lists this browser's panels too: those beyond the link's limit are shown all the same.
    const shown = new Set(board.panels.peek().map(({ definition }) => definition));
    const tooMany = link.excess.filter((definition) => !shown.has(definition)).length;
    const { tooLong } = link;
    page.notShown.value = broken.length + tooMany + tooLong > 0 ? { broken, tooMany, tooLong } : null;
    board.arrange(link.shown);
    applyToPanels(link);
    board.trace.value = link.trace;
    board.look.value = link.look;
    if (link.live !== null) {
      linkedLive = link.live;
      page.setLive(link.live);
    }
    openLinked(link);
  };

  /** Opens the sheet or message that the link names, or closes what is open. */
  const openLinked = (link: PageLink) => {
    if (link.open === null) sheetHost.close();
    else if (link.open !== sheetHost.opened.peek()?.link) page.open(link.open);
  };

  /** Applies the link to each panel. If none of the panels that the link shows exists, all are shown. */
  const applyToPanels = (link: PageLink) => {
    const panels = board.panels.peek();
    const isAnyKnown = panels.some(({ feed }) => link.shown.includes(feed.id));
    for (const { feed, view } of panels) {
      const { filter, paused, fields, size } = link.panels.get(feed.id) ?? DEFAULTS;
      view.setFilter(filter);
      view.hidden.value = isAnyKnown && !link.shown.includes(feed.id);
      view.setSize(size);
      if (fields !== null) view.setFields(fields);
      if (paused) view.hold("paused");
      else if (view.paused.peek()) view.release("paused");
    }
  };

  const linkNow = (): PageLink => {
    const panels = board.panels.value;
    const shown = board.shown.value;
    const isArranged = board.order.value.length > 0 || shown.length < panels.length;
    return {
      panels: new Map(
        panels.map(({ feed, view }) => [
          feed.id,
          {
            filter: view.filter.value,
            paused: view.paused.value,
            fields: view.fields.value,
            size: view.chosenSize.value,
          },
        ]),
      ),
      shown: isArranged ? shown.map(({ feed }) => feed.id) : [],
      look: board.look.value,
      own: [...panels.flatMap(({ definition }) => definition ?? []), ...(page.notShown.value?.broken ?? [])],
      trace: board.trace.value,
      open: sheetHost.link.value,
      // Another choice by the reader is remembered in this browser instead.
      live: page.wanted.value === linkedLive ? linkedLive : null,
    };
  };

  const write = () => {
    const { hash: written, step } = address.read();
    const isSecond = step?.isSecond ?? false;
    const link = linkNow();
    const hash = formatLink(link);
    if (sheetHost.opened.value !== null && !isSecond) {
      address.replace(formatLink({ ...link, open: null }), { link: linkCount, isSecond });
      address.push(hash, { link: linkCount, isSecond: true });
    } else if (step === null || hash !== written) {
      address.replace(hash, { link: linkCount, isSecond });
    }
  };

  show(page.own.kept);
  const endWrites = effect(write);
  const endMoves = address.onMove(() => {
    const { step } = address.read();
    const isSamePage = step?.link === linkCount;
    linkCount = step?.link ?? linkCount + 1;
    // Going back closes a sheet, but keeps what the reader has changed on the panels since.
    batch(isSamePage ? () => openLinked(read()) : show);
    write();
  });
  return () => {
    endMoves();
    endWrites();
  };
}
