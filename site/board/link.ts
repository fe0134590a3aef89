import { type FeedSize, SIZES } from "../../contract/feed.ts";
import { wholeCharacters } from "../content/write-json.ts";
import { type ChosenFields, validFields } from "../panels/columns.ts";
import type { Look } from "./board.ts";

/** A link's settings for one panel. */
export interface PanelLink {
  /** The filter; empty when there is none. */
  readonly filter: string;
  readonly paused: boolean;
  /** The fields shown as columns; null for the feed's default columns. */
  readonly fields: ChosenFields;
  /** The panel's size; null for its feed's default. */
  readonly size: FeedSize | null;
}

/** The settings of a panel that a link doesn't mention. */
export const DEFAULTS: PanelLink = { filter: "", paused: false, fields: null, size: null };

/** The state of the page that a link holds. Never contains secrets. */
export interface PageLink {
  /** Settings by panel id. The ids may be unknown to this page. */
  readonly panels: ReadonlyMap<string, PanelLink>;
  /** The ids of the shown panels, in order; empty when all are shown in their default order. */
  readonly shown: readonly string[];
  readonly look: Look;
  /** The definitions of panels that readers made. */
  readonly own: readonly string[];
  /** The trace that all panels are filtered by; null when there is none. */
  readonly trace: string | null;
  /** The sheet, message or key that is open; null when nothing is. */
  readonly open: string | null;
  /** Whether live data is on; null when the link doesn't say. */
  readonly live: boolean | null;
}

/** A link as the page reads it, with what is left out of `own`. */
export interface ParsedLink extends PageLink {
  /** The definitions beyond the first `MAX_OWN`. */
  readonly excess: readonly string[];
  /** The number of definitions longer than `MAX_DEFINITION`. */
  readonly tooLong: number;
}

/** The name of a stored message in a link. */
export function messageLink(panelId: string, sequence: number): string {
  return `${panelId}@${sequence}`;
}

/** The name of a key's events in a link; null when it is too long for a link. */
export function keyLink(panelId: string, key: string): string | null {
  const link = `${panelId}/${key}`;
  return link.length > MAX_CHARACTERS ? null : link;
}

/** Parses the name of a message (by its sequence) or of a key's events; null when the name is neither. */
export function entryIn(link: string): { readonly panelId: string; readonly at: number | string } | null {
  const [, panelId, sequence, key = Number(sequence)] =
    /^([^@/]+)(?:@([1-9]\d{0,15})|\/(.*))$/s.exec(link) ?? [];
  return panelId === undefined ? null : { panelId, at: key };
}

/** Texts from a link are cut to this length, so that a link can't fill the page with text. */
const MAX_CHARACTERS = 200;
/** Most characters in the definition of a reader's own panel, and most such panels, in a link and in this browser. */
export const MAX_DEFINITION = 4000;
export const MAX_OWN = 24;

/** Most panels read from a link: a server has at most 32, and a reader's own come in addition. */
const MAX_PANELS = 100;
/** The names of parameters that belong to one panel. */
const OF_PANEL = /^(?:filter|size|columns)\.(.+)$/;

/** Parses the hash of an address. Ignores unknown parameters. */
export function parseLink(hash: string): ParsedLink {
  // Grouped in one pass: `URLSearchParams.get` scans all parameters on each call.
  const given = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(hash.replace(/^#/, ""))) {
    const values = given.get(name);
    if (values === undefined) given.set(name, [value]);
    else values.push(value);
  }
  const wordOf = (name: string) => given.get(name)?.[0] ?? "";
  const textOf = (name: string) => wholeCharacters(wordOf(name), MAX_CHARACTERS) || null;
  // People who write a link by hand put a space after the comma.
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
      fields: columns === undefined ? null : validFields(columns),
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
    open: textOf("open"),
    live: live === "on" || live === "off" ? live === "on" : null,
  };
}

/** Formats the hash of an address, including `#`; empty when everything is at its default. */
export function formatLink({ panels, shown, look, own, trace, open, live }: PageLink): string {
  const given = new URLSearchParams();
  if (trace !== null) given.set("trace", trace);
  for (const definition of own) given.append("panel", definition);
  for (const [id, { filter, fields, size }] of panels) {
    if (filter !== "") given.set(`filter.${id}`, filter);
    if (size !== null) given.set(`size.${id}`, size);
    // An empty choice is a choice too, written as one empty field.
    for (const field of fields?.length === 0 ? [""] : (fields ?? [])) given.append(`columns.${id}`, field);
  }
  const paused = [...panels].flatMap(([id, panel]) => (panel.paused ? id : []));
  if (paused.length > 0) given.set("paused", paused.join());
  if (shown.length > 0) given.set("feeds", shown.join());
  if (look.kind !== "page") given.set(look.kind, "on");
  if (look.rotateSeconds !== null) given.set("rotate", String(look.rotateSeconds));
  if (live !== null) given.set("live", live ? "on" : "off");
  if (open !== null) given.set("open", open);
  return given.size === 0 ? "" : `#${given}`;
}

/** The fastest rotation that people can still read. */
const LEAST_ROTATE_S = 5;
/** One day. A timer longer than 24.8 days would overflow and fire at once. */
const MOST_ROTATE_S = 86_400;

function lookIn(wordOf: (name: string) => string): Look {
  const kind = (["kiosk", "embed"] as const).find((one) => wordOf(one) === "on") ?? "page";
  const seconds = Number(wordOf("rotate"));
  const rotates = kind === "kiosk" && seconds >= LEAST_ROTATE_S && seconds <= MOST_ROTATE_S;
  return { kind, rotateSeconds: rotates ? Math.round(seconds) : null };
}
