import { type FeedColumn, isTimeUnit, type Tone } from "../../contract/column.ts";
import type { Formats } from "../i18n/format.ts";
import { durationMs, momentOf } from "./moment.ts";
import { formatNumber } from "./number-text.ts";
import { mediaTypeOf } from "./sniff.ts";
import { toneOfWord, toneTest } from "./tones.ts";
import { numberOf, scalarText, type Value } from "./value.ts";
import { shortened, wholeCharacters, writeJson } from "./write-json.ts";

/** Longer texts are cut in a row anyway, and laying them out would cost a frame. */
const CELL_CHARACTERS = 300;

/** Terminal codes for colours and cursor moves (ECMA-48, CSI), as logs have them; in a row they are only noise. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these codes begin with ESC
const TERMINAL_CODES = /\x1b(?:\[[0-?]*(?:[@-~]|$)|\(B)/g;
/** How much of a text is searched for terminal codes: a log line may have one for each letter. */
const COLOURED_CHARACTERS = 8 * CELL_CHARACTERS;

/** The kind of a cell; `missing`, `null` and `empty` ("") are distinct and look different. */
type CellKind =
  | "missing"
  | "null"
  | "empty"
  | "text"
  | "number"
  | "boolean"
  | "bytes"
  | "duration"
  | "time"
  | "chip"
  | "link"
  | "json";

/** A value as a row shows it. */
export interface Cell {
  readonly kind: CellKind;
  /** The text to show; "" for `missing` and `empty`, for which the component has texts. */
  readonly text: string;
  /** The value as it arrived, where it differs from `text`. */
  readonly whole: string | null;
  readonly tone: Tone | null;
  /** A link's target, http or https only. */
  readonly href: string | null;
}

/** Formats the values of one column. */
export type CellOf = (value: Value | undefined) => Cell;

type Plain = Pick<Cell, "kind" | "text"> & Partial<Cell>;

/** The fields of a column that decide its format. */
type Column = Omit<FeedColumn, "title" | "field">;
type CellFormats = Pick<Formats, "bytes" | "duration" | "dateTime">;

/**
 * Makes the formatter of a column's values in a language.
 * @param language a BCP 47 tag
 */
export function cellsOf(column: Column, formats: CellFormats, language: string): CellOf {
  const toneOf = toneTest(column.tones);
  const format = formatOf(column, formats, language);
  // Must not throw: measuring and searching a column format its values too. A value that fails is shown as it arrived.
  const formatted: Format = (value) => {
    try {
      return format(value);
    } catch {
      return null;
    }
  };
  return (value) => {
    if (value === undefined) return cell({ kind: "missing", text: "" });
    if (value === null) return cell({ kind: "null", text: "null" });
    if (value === "") return cell({ kind: "empty", text: "" });
    const shown = withWhole(formatted(value) ?? plain(value, formats), value);
    const tone = toneOf(value);
    return cell(tone === null ? shown : { ...shown, tone });
  };
}

function cell(parts: Plain): Cell {
  return { whole: null, tone: null, href: null, ...parts };
}

/** Formats a value; null where it isn't of the column's format and is shown as it arrived. */
type Format = (value: Value) => Plain | null;

function formatOf(column: Column, formats: CellFormats, language: string): Format {
  const { unit } = column;
  const timeUnit = unit !== undefined && isTimeUnit(unit) ? unit : null;
  switch (column.format) {
    case "number":
      return (value) => {
        const text = formatNumber(value, language, column.digits);
        if (text === null) return null;
        return { kind: "number", text: unit === undefined ? text : `${text}\u00a0${unit}` };
      };
    case "bytes":
      return (value) => {
        const number = numberOf(value);
        return number === null || number < 0 ? null : { kind: "bytes", text: formats.bytes(number) };
      };
    case "duration":
      return (value) => {
        const number = numberOf(value);
        if (number === null) return null;
        return { kind: "duration", text: durationText(durationMs(number, timeUnit ?? "ms"), formats) };
      };
    case "time":
      return (value) => {
        const ms = momentOf(value, timeUnit);
        return ms === null ? null : { kind: "time", text: formats.dateTime(ms) };
      };
    case "chip":
      return (value) => {
        const scalar = scalarText(value);
        if (scalar === null) return null;
        const text = withoutTerminalCodes(scalar);
        return { kind: text === "" ? "empty" : "chip", text, tone: toneOfWord(text) };
      };
    case "link":
      return (value) => {
        if (typeof value !== "string" || !isWebAddress(value)) return null;
        return { kind: "link", text: cut(value), href: value };
      };
    case "json":
      return json;
    default:
      return () => null;
  }
}

function plain(value: Value, formats: Pick<Formats, "bytes">): Plain {
  if (value instanceof Uint8Array) {
    const kind = mediaTypeOf(value);
    const size = formats.bytes(value.length);
    return { kind: "bytes", text: kind === null ? size : `${kind}, ${size}` };
  }
  const scalar = scalarText(value);
  if (scalar === null) return json(value);
  const text = withoutTerminalCodes(scalar);
  if (text === "") return { kind: "empty", text };
  const kind = typeof value === "string" ? "text" : typeof value === "boolean" ? "boolean" : "number";
  return { kind, text };
}

function json(value: Value): Plain {
  const { text, isCut } = writeJson(value, { maxCharacters: CELL_CHARACTERS });
  return { kind: "json", text: isCut ? `${text}…` : text };
}

/** Adds the value as it arrived where the shown text differs; JSON shows nested values as they are. */
function withWhole(parts: Plain, value: Value): Plain {
  const original = scalarText(value);
  const whole = original === null ? parts.text : cut(original);
  return whole === parts.text ? parts : { ...parts, whole };
}

function cut(text: string): string {
  return shortened(text, CELL_CHARACTERS);
}

/** Removes terminal codes before the cut, which might halve a code, or count codes as visible text. */
function withoutTerminalCodes(text: string): string {
  const rest = text.length > COLOURED_CHARACTERS ? "…" : "";
  return cut(wholeCharacters(text, COLOURED_CHARACTERS).replace(TERMINAL_CODES, "") + rest);
}

function durationText(ms: number, formats: Pick<Formats, "duration">): string {
  if (ms < 0) return `−${durationText(-ms, formats)}`;
  if (ms === 0 || ms >= 1) return formats.duration(ms);
  const us = ms * 1000;
  return us >= 1 ? `${Math.round(us)}\u00a0µs` : `${Math.round(us * 1000)}\u00a0ns`;
}

/** Whether a text is an http or https URL; `javascript:` and others must not become links. */
function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}
