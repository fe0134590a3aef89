import * as v from "valibot";
import { parseCondition } from "./condition.ts";
import type { Immutable } from "./immutable.ts";
import { anyOf, listOf, localText, oneOf, path, shortText, wholeBetween } from "./text.ts";

/** How a value is judged, shown as its colour. */
const tone = oneOf(["neutral", "active", "good", "warn", "bad"]);
export type Tone = v.InferOutput<typeof tone>;

/** A condition on a value, in the syntax of `parseCondition`. */
export const condition = v.pipe(
  shortText,
  v.check(
    (text) => parseCondition(text) !== null,
    "use a numeric comparison such as >80 or <=0.5, or a text such as failed or !=ok",
  ),
);

const toneRule = v.strictObject({ when: condition, tone });
export type ToneRule = Immutable<v.InferOutput<typeof toneRule>>;

const FORMATS = ["text", "number", "bytes", "duration", "time", "chip", "link", "json"] as const;

/** Units of an epoch time or a duration. */
const TIME_UNITS = ["s", "ms", "us", "µs", "ns"] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

const MAX_RULES = 20;

/** A column of a feed: the field it shows, and how. */
export const columnSchema = v.pipe(
  v.strictObject({
    field: path,
    title: localText,
    format: v.exactOptional(oneOf(FORMATS)),
    /** A number's digits after the decimal point. */
    digits: v.exactOptional(wholeBetween(0, 20)),
    /** The unit shown after a number, or the `TimeUnit` of a time or a duration. */
    unit: v.exactOptional(shortText),
    align: v.exactOptional(oneOf(["start", "end"])),
    /** Width in characters. */
    width: v.exactOptional(wholeBetween(2, 120)),
    tones: v.exactOptional(
      listOf(toneRule, MAX_RULES, 'use an array such as [{ "when": ">80", "tone": "bad" }]'),
    ),
  }),
  v.forward(
    v.check(
      ({ format, unit }) =>
        unit === undefined || (format !== "time" && format !== "duration") || isTimeUnit(unit),
      `use ${anyOf(TIME_UNITS)}, the unit of a time or a duration`,
    ),
    ["unit"],
  ),
);
export type FeedColumn = Immutable<v.InferOutput<typeof columnSchema>>;

/** Whether a text is a `TimeUnit`. */
export function isTimeUnit(text: string): text is TimeUnit {
  return (TIME_UNITS as readonly string[]).includes(text);
}
