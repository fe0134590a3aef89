import * as v from "valibot";
import { parseCondition } from "./condition.ts";
import type { Immutable } from "./immutable.ts";
import { anyOf, listOf, localText, oneOf, path, shortText, wholeBetween } from "./text.ts";

/** What a value says about what it stands for, from nothing to trouble. */
const tone = oneOf(["neutral", "active", "good", "warn", "bad"]);
export type Tone = v.InferOutput<typeof tone>;

/** A condition on a value. */
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

/** In what an epoch time or a duration is counted. */
const TIME_UNITS = ["s", "ms", "us", "µs", "ns"] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

const MAX_RULES = 20;

/** A column of a feed: where its value stands in a message, and how it is shown. */
export const columnSchema = v.pipe(
  v.strictObject({
    field: path,
    title: localText,
    format: v.exactOptional(oneOf(FORMATS)),
    /** Digits behind the point, of a number. */
    digits: v.exactOptional(wholeBetween(0, 20)),
    /** What a number counts, shown behind it; what a time or a duration is counted in. */
    unit: v.exactOptional(shortText),
    align: v.exactOptional(oneOf(["start", "end"])),
    /** Characters of room. */
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

/** Whether a text names what a time is counted in. */
export function isTimeUnit(text: string): text is TimeUnit {
  return (TIME_UNITS as readonly string[]).includes(text);
}
