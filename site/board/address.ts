import { batch, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { PanelModel } from "../panels/panel-model.ts";
import type { Beside } from "../ui/beside.ts";
import type { Board } from "./board.ts";
import { isDefinitionOf } from "./definition.ts";
import { entryIn, formatLink, type PageLink, type PanelLink, parseLink, UNSAID } from "./link.ts";

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
  /** Takes those of the link that couldn't be opened. */
  readonly closed: Signal<readonly string[]>;
  /** Whether live data is wanted. */
  readonly wanted: ReadonlySignal<boolean>;
  /** Switches live data, where a link says so. */
  setLive(on: boolean): void;
}

const NOTHING = parseLink("");

const idsOf = (panels: readonly PanelModel[]) => panels.map(({ feed }) => feed.id);

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
  /** The turn of what was beside the page when they were asked for. */
  let openingTurn = -1;
  /** What a link said of live data: nobody chose that, so only the address can tell it to a reload. */
  let linkedLive: boolean | null = null;
  /** The link whose panels couldn't all be opened, of its own only those: a reload may open them. And who was there then. */
  let left = NOTHING;
  let wereHere: readonly string[] = [];
  /** Until its reader opens or closes something, what that link names beside the page is left as well. */
  let leftTurn = -1;
  /** The order as a link put it: another is the reader's own. */
  let linkedOrder = board.order.peek();

  const arrange = ({ shown }: PageLink) => {
    board.arrange(shown);
    linkedOrder = board.order.peek();
  };

  const read = () => parseLink(address.read().hash);

  const leave = (link: PageLink) => {
    left = link;
    page.closed.value = link.own;
  };

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
    leave(NOTHING);
    const own = board.panels.peek().map(({ definition }) => definition);
    const missing = [...link.own.filter((one) => !own.includes(one)), ...kept];
    if (missing.length > 0) void openOwn(missing);
  };

  /** Opens panels, and shows them as the address says, be it by now another; the reader has the others in hand already. */
  const openOwn = async (definitions: readonly string[]) => {
    const before = board.panels.peek();
    const { turn } = beside;
    openingTurn = turn;
    opening.value += 1;
    const closed = await page.openOwn(definitions);
    const link = read();
    const added = board.panels.peek().filter((panel) => !before.includes(panel));
    look(link, added);
    if (showsSome(link)) {
      if (board.order.peek() === linkedOrder) arrange(link);
      // As long as none of those that the link shows was there, everything was shown, but for what the reader hid.
      const isShownOnly = !before.some(
        ({ feed, view }) => link.shown.includes(feed.id) || view.hidden.peek(),
      );
      if (isShownOnly) for (const { view } of before) view.hidden.value = true;
    }
    const own = link.own.filter((one) => closed.includes(one));
    leave(closed.length > 0 ? { ...link, own } : NOTHING);
    wereHere = idsOf(board.panels.peek());
    // What the link names beside the page may be of such a panel; what its reader opened or closed meanwhile wins.
    if (link.beside !== null && turn === beside.turn && beside.loading.peek() === null) {
      openBeside(link);
      leftTurn = turn;
    }
    opening.value -= 1;
  };

  /** Shows beside the page what the link names. */
  const openBeside = (link: PageLink) => {
    if (link.beside === null) beside.close();
    else if (link.beside !== beside.opened.peek()?.link) page.open(link.beside);
  };

  /** Whether a link shows only some of the panels: where none of those is there, it shows all. */
  const showsSome = ({ shown }: PageLink) => board.panels.peek().some(({ feed }) => shown.includes(feed.id));

  /** Shows panels as the link has them. */
  const look = (link: PageLink, panels: readonly PanelModel[]) => {
    const isSome = showsSome(link);
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
    const ids = idsOf(board.panels.value);
    const isAway = (id: string) => !ids.includes(id) && !wereHere.includes(id);
    const besideOf = entryIn(left.beside ?? "")?.panelId ?? "";
    const here = board.panels.value.map(({ feed, view }): [string, PanelLink] => [
      feed.id,
      {
        filter: view.filter.value,
        paused: view.paused.value,
        fields: view.fields.value,
        size: view.chosenSize.value,
      },
    ]);
    const own = board.panels.value.flatMap(({ definition }) => definition ?? []);
    return {
      panels: new Map([...here, ...[...left.panels].filter(([id]) => isAway(id))]),
      shown: shownNow(ids, isAway),
      look: board.look.value,
      // What was made since may be written otherwise in the link.
      own: [
        ...own,
        ...[...new Set(left.own)].filter((one) => !own.some((panel) => isDefinitionOf(one, panel))),
      ],
      trace: board.trace.value,
      beside: beside.link.value ?? (beside.turn === leftTurn && isAway(besideOf) ? left.beside : null),
      // Where the reader chose otherwise, that is remembered.
      live: page.wanted.value === linkedLive ? linkedLive : null,
    };
  };

  /** The panels to name: those that are shown, and each that couldn't be opened behind the last that it stood behind. */
  const shownNow = (ids: readonly string[], isAway: (id: string) => boolean): readonly string[] => {
    const here = idsOf(board.shown.value);
    const namedHere = left.shown.filter((id) => ids.includes(id)).length;
    const isSome = board.order.value.length > 0 || here.length < ids.length || here.length === namedHere;
    // Whoever chose all since wants those too that are away.
    if (!isSome && namedHere > 0) return [];
    const shown = isSome ? here : [];
    left.shown.forEach((id, place) => {
      const before = left.shown.slice(0, place).findLast((one) => shown.includes(one)) ?? "";
      if (isAway(id)) shown.splice(shown.indexOf(before) + 1, 0, id);
    });
    return shown;
  };

  const write = () => {
    const besideNow = beside.link.value;
    const isOpening = opening.value > 0;
    if (isOpening && beside.turn === openingTurn) return;
    const wanted = beside.opened.value === null ? "page" : "beside";
    const step: Step = { at: wanted, link: linkCount };
    // What its reader has opened or closed meanwhile is as they have it: a step back would open again what was closed.
    const link = isOpening ? { ...read(), beside: besideNow } : linkNow();
    const hash = formatLink(link);
    if (wanted === at) {
      if (hash !== address.read().hash) address.replace(hash, step);
      return;
    }
    if (wanted === "beside" && !isSpare) {
      address.replace(formatLink({ ...link, beside: null }), { ...step, at: "page" });
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
    // The address is read once more when the link's panels are there: nothing writes over it in between.
    batch(isSamePage ? () => openBeside(read()) : show);
    write();
  });
  return () => {
    endMoves();
    endWrites();
  };
}
