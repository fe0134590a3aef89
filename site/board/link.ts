import { type FeedSize, SIZES } from "../../contract/feed.ts";
import { wholeCharacters } from "../content/write-json.ts";
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
}

/** A panel of which a link says nothing. */
export const UNSAID: PanelLink = { filter: "", paused: false, fields: null, size: null };

/** What a link says of the page; it never carries anything secret. */
export interface PageLink {
  /** By the panels' ids, whether there are such panels or not. */
  readonly panels: ReadonlyMap<string, PanelLink>;
  /** The ids of the panels that are shown, in their order; none where all are, in their own. */
  readonly shown: readonly string[];
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

/** A link as the page reads it, with what is left out of `own`. */
export interface ParsedLink extends PageLink {
  /** The definitions beyond the first `MAX_OWN`. */
  readonly excess: readonly string[];
  /** The number of definitions longer than `MAX_DEFINITION`. */
  readonly tooLong: number;
}

/** How a link names a message that its stream keeps. */
export function messageLink(panelId: string, sequence: number): string {
  return `${panelId}@${sequence}`;
}

/** How a link names the events of a key; null for one of which it would lose the end. */
export function keyLink(panelId: string, key: string): string | null {
  const link = `${panelId}/${key}`;
  return link.length > MAX_CHARACTERS ? null : link;
}

/** What a link names beside the page of a panel: a message by its sequence, or the events of a key; null where it is neither. */
export function entryIn(link: string): { readonly panelId: string; readonly at: number | string } | null {
  const [, panelId, sequence, key = Number(sequence)] =
    /^([^@/]+)(?:@([1-9]\d{0,15})|\/(.*))$/s.exec(link) ?? [];
  return panelId === undefined ? null : { panelId, at: key };
}

/** A reader's own words in a link are cut: a link isn't a way to fill the page. */
const MAX_CHARACTERS = 200;
/** Most characters in the definition of a reader's own panel, and most such panels, in a link and in this browser. */
export const MAX_DEFINITION = 4000;
export const MAX_OWN = 24;

/** Of more panels than these no link speaks: a server has 32 at most, and a reader those of their own. */
const MAX_PANELS = 100;
/** What is said of one panel alone. */
const OF_PANEL = /^(?:filter|size|columns)\.(.+)$/;

/** Reads the part of an address behind `#`; what it doesn't know it leaves alone. */
export function parseLink(hash: string): ParsedLink {
  // URLSearchParams looks through all that it has for each name.
  const given = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ""))) {
    const values = given.get(name);
    if (values === undefined) given.set(name, [value]);
    else values.push(value);
  }
  const wordOf = (name: string) => given.get(name)?.[0] ?? "";
  const textOf = (name: string) => wholeCharacters(wordOf(name), MAX_CHARACTERS) || null;
  // By hand a blank is written behind a comma.
  const idsOf = (name: string) =>
    wordOf(name)
      .split(",")
      .flatMap((one) => one.trim() || [])
      .slice(0, MAX_PANELS);
  const paused = new Set(idsOf("paused"));
  const ids = new Set([...[...given.keys()].flatMap((name) => OF_PANEL.exec(name)?.[1] ?? []), ...paused]);
  const panels = new Map<string, PanelLink>();
  for (const id of [...ids].slice(0, MAX_PANELS)) {
    const columns = given.get(`columns.${id}`);
    panels.set(id, {
      filter: textOf(`filter.${id}`) ?? "",
      paused: paused.has(id),
      fields: columns === undefined ? null : sound(columns),
      size: SIZES.find((size) => size === wordOf(`size.${id}`)) ?? null,
    });
  }
  const definitions = given.get("panel") ?? [];
  const fitting = definitions.filter((one) => one.length <= MAX_DEFINITION);
  const only = wordOf("only");
  const live = wordOf("live");
  return {
    panels,
    shown: only === "" ? idsOf("feeds") : [only],
    look: lookIn(wordOf),
    own: fitting.slice(0, MAX_OWN),
    excess: fitting.slice(MAX_OWN),
    tooLong: definitions.length - fitting.length,
    trace: textOf("trace"),
    beside: textOf("open"),
    live: live === "on" || live === "off" ? live === "on" : null,
  };
}

/** Writes the part of an address behind `#`, `#` included; empty where there is nothing to say. */
export function formatLink({ panels, shown, look, own, trace, beside, live }: PageLink): string {
  const given = new URLSearchParams();
  if (trace !== null) given.set("trace", trace);
  for (const definition of own) given.append("panel", definition);
  for (const [id, { filter, fields, size }] of panels) {
    if (filter !== "") given.set(`filter.${id}`, filter);
    if (size !== null) given.set(`size.${id}`, size);
    // Who chose none of them chose, too.
    for (const field of fields?.length === 0 ? [""] : (fields ?? [])) given.append(`columns.${id}`, field);
  }
  const paused = [...panels].flatMap(([id, panel]) => (panel.paused ? id : []));
  if (paused.length > 0) given.set("paused", paused.join());
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

function lookIn(wordOf: (name: string) => string): Look {
  const kind = (["kiosk", "embed"] as const).find((one) => wordOf(one) === "on") ?? "page";
  const seconds = Number(wordOf("rotate"));
  const rotates = kind === "kiosk" && seconds >= LEAST_ROTATE_S && seconds <= MOST_ROTATE_S;
  return { kind, rotateSeconds: rotates ? Math.round(seconds) : null };
}
