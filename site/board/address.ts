import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { PanelModel } from "../panels/panel-model.ts";
import type { Beside } from "../ui/beside.ts";
import type { Board } from "./board.ts";
import { formatLink, type LeftOver, type PageLink, type PanelLink, parseLink } from "./link.ts";

/** A step of the page's own in the browser's history. */
export interface Step {
  /** The page, or something opened beside it. */
  readonly at: "page" | "beside";
  /** Counts the links that the reader followed: all steps of one are the same page. */
  readonly link: number;
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

/** What the address speaks of. */
export interface Addressed {
  readonly board: Board;
  readonly beside: Beside;
  /** Opens what a link names beside the page. */
  open(name: string): void;
  /** The definitions of the panels that this browser keeps. */
  readonly kept: readonly string[];
  /** Opens panels that somebody made; settles with those that couldn't be opened. */
  openOwn(definitions: readonly string[]): Promise<readonly string[]>;
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
  const first = address.read().step;
  let at = first?.at ?? null;
  let linkCount = first?.link ?? 0;
  /** Whether the step before this one is the page as well, left over by something that was closed. */
  let isSpare = false;
  /** How often panels are on their way. Until they are there the address stays whole: a reload needs all of it. */
  const opening = signal(0);
  /** What a link said of live data: nobody chose that, so only the address can tell it to a reload. */
  let linkedLive: boolean | null = null;
  /** The link's panels that couldn't be opened, and the link as it spoke of them: a reload may open them. */
  let unopened: readonly string[] = [];
  let left: LeftOver | undefined;
  /** The order as a link put it: another is the reader's own. */
  let linkedOrder = board.order.peek();

  const arrange = ({ order }: PageLink) => {
    board.arrange(order);
    linkedOrder = board.order.peek();
  };

  const read = () =>
    parseLink(
      address.read().hash,
      board.panels.peek().map(({ feed }) => feed.id),
    );

  const show = (kept: readonly string[] = []) => {
    const link = read();
    arrange(link);
    look(link, board.panels.peek());
    board.trace.value = link.trace;
    board.look.value = link.look;
    if (link.live !== null) {
      linkedLive = link.live;
      page.setLive(link.live);
    }
    openBeside(link);
    unopened = [];
    left = undefined;
    const own = board.panels.peek().map(({ definition }) => definition);
    const missing = [...link.own.filter((one) => !own.includes(one)), ...kept];
    if (missing.length > 0) void openOwn(missing);
  };

  /** Opens panels, and shows them as the address says, be it by now another; the reader has the others in hand already. */
  const openOwn = async (definitions: readonly string[]) => {
    const before = board.panels.peek();
    const { turn } = beside;
    opening.value += 1;
    const closed = await page.openOwn(definitions);
    const link = read();
    const added = board.panels.peek().filter((panel) => !before.includes(panel));
    look(link, added);
    if (link.order.length > 0) {
      if (board.order.peek() === linkedOrder) arrange(link);
      // As long as none of those that the link shows was there, everything was shown, but for what the reader hid.
      const isShownOnly = !before.some(
        ({ feed, view }) => link.order.includes(feed.id) || view.hidden.peek(),
      );
      if (isShownOnly) for (const { view } of before) view.hidden.value = true;
    }
    unopened = link.own.filter((one) => closed.includes(one));
    const here = new Set(board.panels.peek().map(({ feed }) => feed.id));
    left = closed.length > 0 ? { hash: address.read().hash, isAway: (id) => !here.has(id) } : undefined;
    // What the link names beside the page may be of such a panel; what its reader opened or closed meanwhile wins.
    if (link.beside !== null && turn === beside.turn && beside.loading.peek() === null) openBeside(link);
    opening.value -= 1;
  };

  /** Shows beside the page what the link names. */
  const openBeside = (link: PageLink) => {
    if (link.beside === null) beside.close();
    else if (link.beside !== beside.opened.peek()?.link) page.open(link.beside);
  };

  /** Shows panels as the link has them. */
  const look = (link: PageLink, panels: readonly PanelModel[]) => {
    for (const { feed, view } of panels) {
      const panelLink = link.panels.get(feed.id);
      if (panelLink === undefined) continue;
      view.setFilter(panelLink.filter);
      view.hidden.value = panelLink.hidden;
      view.setSize(panelLink.size);
      if (panelLink.fields !== null) view.setFields(panelLink.fields);
      if (panelLink.paused) view.hold("paused");
      else if (view.paused.peek()) view.release("paused");
    }
  };

  const linkNow = (): PageLink => ({
    panels: new Map<string, PanelLink>(
      board.panels.value.map(({ feed, view }) => [
        feed.id,
        {
          filter: view.filter.value,
          paused: view.paused.value,
          fields: view.fields.value,
          size: view.chosenSize.value,
          hidden: view.hidden.value,
        },
      ]),
    ),
    order: board.order.value,
    look: board.look.value,
    own: [...board.panels.value.flatMap(({ definition }) => definition ?? []), ...unopened],
    trace: board.trace.value,
    beside: beside.opened.value?.link ?? null,
    // Where the reader chose otherwise, that is remembered.
    live: page.wanted.value === linkedLive ? linkedLive : null,
  });

  const write = () => {
    if (opening.value > 0) return;
    const wanted = beside.opened.value === null ? "page" : "beside";
    const step: Step = { at: wanted, link: linkCount };
    const link = linkNow();
    const hash = formatLink(link, left);
    if (wanted === at) {
      if (hash !== address.read().hash) address.replace(hash, step);
      return;
    }
    if (wanted === "beside" && !isSpare) {
      if (at === null) address.replace(formatLink({ ...link, beside: null }, left), { ...step, at: "page" });
      address.push(hash, step);
    } else {
      address.replace(hash, step);
    }
    isSpare = at === "beside" || (isSpare && wanted === "beside");
    at = wanted;
  };

  show(page.kept);
  const endWrites = effect(write);
  const endMoves = address.onMove(() => {
    const { step } = address.read();
    isSpare = false;
    at = step?.at ?? null;
    const isSamePage = step?.link === linkCount;
    linkCount = step?.link ?? linkCount + 1;
    // What the reader did since to the panels isn't taken back with what was opened beside them.
    if (isSamePage) openBeside(read());
    else show();
    write();
  });
  return () => {
    endMoves();
    endWrites();
  };
}
