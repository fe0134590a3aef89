import { batch, effect, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Beside } from "../ui/beside.ts";
import type { Board } from "./board.ts";
import { formatLink, type PageLink, parseLink, UNSAID } from "./link.ts";
import type { OwnPanels } from "./own-panels.ts";

/** A step of the page's own in the browser's history. */
export interface Step {
  /** Counts the links that the reader followed: all steps of one are the same page. */
  readonly link: number;
  /** Whether the step before it is the page alone: only here may something be open beside it. */
  readonly isSecond: boolean;
}

/** The page's address; the browser's, or a test's. */
export interface Address {
  /** The part behind `#`, `#` included, and the step; null for a link that the reader followed. */
  read(): { readonly hash: string; readonly step: Step | null };
  /** Writes over where the reader is. */
  replace(hash: string, step: Step): void;
  /** Adds to where the reader was, so that the browser's back leads there. */
  push(hash: string, step: Step): void;
  /** Calls back when the reader went elsewhere: to another link, back or forward. */
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

/** What the address speaks of. */
export interface Addressed {
  readonly board: Board;
  readonly beside: Beside;
  /** Opens what a link names beside the page. */
  open(name: string): void;
  /** The panels that somebody made. */
  readonly own: Pick<OwnPanels, "kept" | "open">;
  /**
   * The link's panels that aren't shown; null when all are, or the reader dismissed the note. Until then the broken
   * ones stay in the address.
   */
  readonly notShown: Signal<NotShown | null>;
  /** Whether live data is wanted. */
  readonly wanted: ReadonlySignal<boolean>;
  /** Switches live data, where a link says so. */
  setLive(on: boolean): void;
}

/**
 * Shows the page as its address says, whenever the reader changes it, and keeps the address as the page is
 * shown, so that it can be shared. What opens beside the page is one step of the browser's history: back closes it.
 */
export function bindAddress(page: Addressed, address: Address): () => void {
  const { board, beside } = page;
  let linkCount = address.read().step?.link ?? 0;
  /** What a link said of live data: nobody chose that, so only the address can tell it to a reload. */
  let linkedLive: boolean | null = null;

  const read = () => parseLink(address.read().hash);

  /** @param kept panels that are opened behind the link's own */
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
    look(link);
    board.trace.value = link.trace;
    board.look.value = link.look;
    if (link.live !== null) {
      linkedLive = link.live;
      page.setLive(link.live);
    }
    openBeside(link);
  };

  /** Shows beside the page what the link names. */
  const openBeside = (link: PageLink) => {
    if (link.beside === null) beside.close();
    else if (link.beside !== beside.opened.peek()?.link) page.open(link.beside);
  };

  /** Shows the panels as the link has them; where none is there of those that it shows, all. */
  const look = (link: PageLink) => {
    const panels = board.panels.peek();
    const isSome = panels.some(({ feed }) => link.shown.includes(feed.id));
    for (const { feed, view } of panels) {
      const { filter, paused, fields, size } = link.panels.get(feed.id) ?? UNSAID;
      view.setFilter(filter);
      view.hidden.value = isSome && !link.shown.includes(feed.id);
      view.setSize(size);
      if (fields !== null) view.setFields(fields);
      if (paused) view.hold("paused");
      else if (view.paused.peek()) view.release("paused");
    }
  };

  const linkNow = (): PageLink => {
    const panels = board.panels.value;
    const shown = board.shown.value;
    const isSome = board.order.value.length > 0 || shown.length < panels.length;
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
      shown: isSome ? shown.map(({ feed }) => feed.id) : [],
      look: board.look.value,
      own: [...panels.flatMap(({ definition }) => definition ?? []), ...(page.notShown.value?.broken ?? [])],
      trace: board.trace.value,
      beside: beside.link.value,
      // Where the reader chose otherwise, that is remembered.
      live: page.wanted.value === linkedLive ? linkedLive : null,
    };
  };

  const write = () => {
    const { hash: written, step } = address.read();
    const isSecond = step?.isSecond ?? false;
    const link = linkNow();
    const hash = formatLink(link);
    if (beside.opened.value !== null && !isSecond) {
      address.replace(formatLink({ ...link, beside: null }), { link: linkCount, isSecond });
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
    // What the reader did since to the panels isn't taken back with what was opened beside them.
    batch(isSamePage ? () => openBeside(read()) : show);
    write();
  });
  return () => {
    endMoves();
    endWrites();
  };
}
