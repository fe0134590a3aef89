import { effect } from "@preact/signals";
import type { Beside } from "../ui/beside.ts";
import type { Board } from "./board.ts";
import { formatLink, type PageLink, type PanelLink, parseLink } from "./link.ts";

/** Which of the page's own steps of the browser's history it is: the page, or something opened beside it. */
export type Step = "page" | "beside";

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
  /** Opens the panels that somebody made and put into a link. */
  openOwn(definitions: readonly string[]): Promise<void>;
  /** Switches live data, where a link says so. */
  setLive(on: boolean): void;
}

/**
 * Shows the page as its address says, whenever the reader changes it, and keeps the address as the page is
 * shown, so that it can be shared. What opens beside the page is one step of the browser's history: back closes it.
 */
export function bindAddress(page: Addressed, address: Address): () => void {
  const { board, beside } = page;
  let step = address.read().step;
  /** Whether the step before this one is the page as well, left over by something that was closed. */
  let isSpare = false;

  const read = () =>
    parseLink(
      address.read().hash,
      board.panels.peek().map(({ feed }) => feed.id),
    );

  const show = () => {
    const link = read();
    const missing = link.own.filter((one) =>
      board.panels.peek().every(({ definition }) => definition !== one),
    );
    if (missing.length > 0) {
      const { hash } = address.read();
      // What the link says of them can be done once they are there; the rest of it needn't wait.
      void page.openOwn(missing).then(() => {
        const ids = board.panels.peek().map(({ feed }) => feed.id);
        look(parseLink(hash, ids));
        openBeside(link);
      });
    }
    look(link);
    board.follow(link.trace);
    board.setLook(link.look);
    if (link.live !== null) page.setLive(link.live);
    if (missing.length === 0 || link.beside === null) openBeside(link);
  };

  /** Shows beside the page what the link names. */
  const openBeside = (link: PageLink) => {
    if (link.beside === null) beside.close();
    else if (link.beside !== beside.opened.peek()?.link) page.open(link.beside);
  };

  /** Shows each panel as the link has it. */
  const look = (link: PageLink) => {
    board.arrange(link.order);
    for (const { feed, view } of board.panels.peek()) {
      const panelLink = link.panels.get(feed.id);
      if (panelLink === undefined) continue;
      view.setFilter(panelLink.filter);
      view.setHidden(panelLink.hidden);
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
    own: board.panels.value.flatMap(({ definition }) => definition ?? []),
    trace: board.trace.value,
    beside: beside.opened.value?.link ?? null,
    // A reload is as the reader left it, and that is remembered.
    live: null,
  });

  const write = () => {
    const wanted: Step = beside.opened.value === null ? "page" : "beside";
    const link = linkNow();
    const hash = formatLink(link);
    if (wanted === step) {
      if (hash !== address.read().hash) address.replace(hash, wanted);
      return;
    }
    if (wanted === "beside" && !isSpare) {
      if (step === null) address.replace(formatLink({ ...link, beside: null }), "page");
      address.push(hash, wanted);
    } else {
      address.replace(hash, wanted);
    }
    isSpare = step === "beside" || (isSpare && wanted === "beside");
    step = wanted;
  };

  show();
  const endWrites = effect(write);
  const endMoves = address.onMove(() => {
    const before = step;
    step = address.read().step;
    isSpare = false;
    if (before === "beside" && step === "page") beside.close();
    else show();
    write();
  });
  return () => {
    endMoves();
    endWrites();
  };
}
