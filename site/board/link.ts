import { type FeedSize, SIZES } from "../../contract/feed.ts";
import { type ChosenFields, sound } from "../panels/columns.ts";
import type { Look } from "./board.ts";

/** What a link says of one panel. */
export interface PanelLink {
  /** What is looked for; empty shows everything. */
  readonly filter: string;
  readonly paused: boolean;
  /** The fields shown as columns; null for the feed's own. */
  readonly fields: ChosenFields;
  /** How much room it has; null for as much as its feed has it. */
  readonly size: FeedSize | null;
  /** Whether other panels are shown and this one isn't. */
  readonly hidden: boolean;
}

/** What a link says of the page; it never carries anything secret. */
export interface PageLink {
  /** By the panels' ids. */
  readonly panels: ReadonlyMap<string, PanelLink>;
  /** The ids of panels in the order in which they stand; none where that is their own. */
  readonly order: readonly string[];
  readonly look: Look;
  /** The panels that a reader made, as they were defined. */
  readonly own: readonly string[];
  /** The trace that is followed through all panels; null where none is. */
  readonly trace: string | null;
  /** What is open beside the page; null where nothing is. */
  readonly beside: string | null;
  /** Whether to be live; null where the link leaves that to the page. */
  readonly live: boolean | null;
}

/** How a link names a message that its stream keeps. */
export function messageLink(panelId: string, sequence: number): string {
  return `${panelId}@${sequence}`;
}

/** What a link names beside the page, if it is a message; null where it is something else. */
export function messageIn(link: string): { readonly panelId: string; readonly sequence: number } | null {
  const [, panelId, sequence] = /^([^@/]+)@([1-9]\d{0,15})$/.exec(link) ?? [];
  return panelId === undefined ? null : { panelId, sequence: Number(sequence) };
}

/** How a link names the events of a key; null for one of which it would lose the end. */
export function keyLink(panelId: string, key: string): string | null {
  const link = `${panelId}/${key}`;
  return link.length > MAX_CHARACTERS ? null : link;
}

/** A reader's own words in a link are cut: a link isn't a way to fill the page. */
const MAX_CHARACTERS = 200;
const MAX_DEFINITION = 4000;
/** More panels of a reader's own than these no link can carry, and so none are kept. */
export const MAX_OWN = 24;

/** Reads the part of an address behind `#`; what it doesn't know it leaves alone. */
export function parseLink(hash: string, ids: readonly string[]): PageLink {
  const given = parametersOf(hash);
  const textOf = (name: string): string | null => given.get(name)?.slice(0, MAX_CHARACTERS) || null;
  const paused = listOf(given, "paused");
  const shown = namedIn(given).filter((id) => ids.includes(id));
  const panels = new Map<string, PanelLink>();
  for (const id of ids) {
    const columns = given.getAll(`columns.${id}`);
    panels.set(id, {
      filter: textOf(`filter.${id}`) ?? "",
      paused: paused.includes(id),
      fields: columns.length > 0 ? sound(columns) : null,
      size: SIZES.find((size) => size === given.get(`size.${id}`)) ?? null,
      hidden: shown.length > 0 && !shown.includes(id),
    });
  }
  const live = given.get("live");
  return {
    panels,
    order: shown,
    look: lookIn(given),
    own: given
      .getAll("panel")
      .filter((one) => one.length <= MAX_DEFINITION)
      .slice(0, MAX_OWN),
    trace: textOf("trace"),
    beside: textOf("open"),
    live: live === "on" || live === "off" ? live === "on" : null,
  };
}

/** A link, and the panels of which it speaks and that couldn't be opened: what it says of them stays. */
export interface LeftOver {
  readonly hash: string;
  /** Whether a panel couldn't be opened, by its id. */
  isAway(id: string): boolean;
}

const NOTHING: LeftOver = { hash: "", isAway: () => false };

/** What is said of one panel alone. */
const OF_PANEL = /^(?:filter|size|columns)\.(.*)$/;

/** Writes the part of an address behind `#`, `#` included; empty where there is nothing to say. */
export function formatLink(
  { panels, order, look, own, trace, beside, live }: PageLink,
  { hash, isAway }: LeftOver = NOTHING,
): string {
  const given = new URLSearchParams();
  const before = parametersOf(hash);
  const idsOf = (is: (link: PanelLink) => boolean) =>
    [...panels].filter(([, link]) => is(link)).map(([id]) => id);
  if (trace !== null) given.set("trace", trace);
  for (const definition of own) given.append("panel", definition);
  for (const [id, { filter, fields, size }] of panels) {
    if (filter !== "") given.set(`filter.${id}`, filter);
    if (size !== null) given.set(`size.${id}`, size);
    for (const field of fields ?? []) given.append(`columns.${id}`, field);
  }
  for (const [name, value] of before) {
    const [, id] = OF_PANEL.exec(name) ?? [];
    if (id !== undefined && isAway(id)) given.append(name, value);
  }
  const paused = [...idsOf((link) => link.paused), ...listOf(before, "paused").filter(isAway)];
  if (paused.length > 0) given.set("paused", paused.join());
  const here = idsOf(({ hidden }) => !hidden);
  const named = namedIn(before);
  const namedHere = named.filter((id) => panels.has(id)).length;
  const isSome = order.length > 0 || here.length < panels.size || here.length === namedHere;
  const shown = isSome ? here : [];
  // Whoever chose all since wants those too that are away.
  if (isSome || namedHere === 0) {
    named.forEach((id, place) => {
      // Behind the one that it stood behind.
      if (isAway(id)) shown.splice(shown.indexOf(named[place - 1] ?? "") + 1, 0, id);
    });
  }
  if (shown.length > 0) given.set("feeds", shown.join());
  if (look.kind !== "page") given.set(look.kind, "on");
  if (look.rotateSeconds !== null) given.set("rotate", String(look.rotateSeconds));
  if (live !== null) given.set("live", live ? "on" : "off");
  if (beside !== null) given.set("open", beside);
  return given.size === 0 ? "" : `#${given}`;
}

/** Faster than this nobody can read it. */
const LEAST_ROTATE_S = 5;
/** A day; a timer of more than 24 of them would be one of none. */
const MOST_ROTATE_S = 86_400;

function lookIn(given: URLSearchParams): Look {
  const kind = (["kiosk", "embed"] as const).find((one) => given.get(one) === "on") ?? "page";
  const seconds = Number(given.get("rotate"));
  const rotates = kind === "kiosk" && seconds >= LEAST_ROTATE_S && seconds <= MOST_ROTATE_S;
  return { kind, rotateSeconds: rotates ? Math.round(seconds) : null };
}

/** The panels that a link shows, whether they are there or not; none where it shows all. */
function namedIn(given: URLSearchParams): readonly string[] {
  const only = given.get("only") ?? "";
  return only === "" ? listOf(given, "feeds") : [only];
}

function listOf(given: URLSearchParams, name: string): readonly string[] {
  return (given.get(name) ?? "").split(",").filter((one) => one !== "");
}

function parametersOf(hash: string): URLSearchParams {
  return new URLSearchParams(hash.replace(/^#/, ""));
}
