import type { FeedColumn } from "../../contract/column.ts";
import { momentOf } from "./moment.ts";
import { numberOf, scalarText, typeOf, type Value } from "./value.ts";

type Guess = Pick<FeedColumn, "format" | "unit">;

/** A status has at most this many characters and words … */
const CHIP_CHARACTERS = 24;
const CHIP_WORDS = 3;
/** … its field has at most this many different values … */
const CHIP_VALUES = 12;
/** … and each of them has come this often on average, unless the field's name says that it is a status. */
const CHIP_REPEATS = 3;

const STATUS_NAME = /(?:^|[._])(?:status|state|level|severity|phase|outcome|priority)$/i;
const TIME_NAME =
  /(?:^|[._])(?:time|timestamp|ts|date|at)$|[a-z](?:At|Time|Timestamp|Date)$|_(?:at|time|ts|date)$/;
/** Units by the usual endings of field names. */
const UNIT_NAMES: readonly (readonly [RegExp, Guess])[] = [
  [/(?:^|[._])bytes$|[a-z]Bytes$/, { format: "bytes" }],
  [/_(?:ms|millis|milliseconds)$|[a-z](?:Ms|Millis)$/, { format: "duration", unit: "ms" }],
  [/_(?:us|µs|micros|microseconds)$|[a-z]Micros$/, { format: "duration", unit: "µs" }],
  [/_(?:ns|nanos|nanoseconds)$|[a-z]Nanos$/, { format: "duration", unit: "ns" }],
  [/_(?:seconds|secs)$|[a-z]Seconds$/, { format: "duration", unit: "s" }],
];

/** Whether a field's name says that it is a status. */
export function isStatusName(name: string): boolean {
  return STATUS_NAME.test(name);
}

/** Smaller numbers are no epoch times in any unit: in seconds this is 1973. */
const LEAST_EPOCH = 1e8;
/** From this number on, a value in the unit is an epoch time: as a duration it would be decades. */
const DECADES: { readonly [unit: string]: number } = { s: 1e9, ms: 1e12, µs: 1e15, ns: 1e18 };

/** A summary of a field's values, from which its format is guessed. */
export class ValueSample {
  /** The number of values. */
  count = 0;
  /** The length of the longest text. */
  longest = 0;
  readonly #types = new Set<string>();
  readonly #texts = new Map<string, number>();
  #moments = 0;
  #addresses = 0;
  #leastNumber = Number.POSITIVE_INFINITY;
  #farthestNumber = 0;
  #first: string | null = null;
  #varies = false;

  /** Whether there are several values, all the same. */
  get isConstant(): boolean {
    return !this.#varies && this.count > 1;
  }

  /** Whether any value is an object or a list. */
  get isNested(): boolean {
    return this.#types.has("object") || this.#types.has("array");
  }

  /** Whether all values are numbers. */
  get isNumeric(): boolean {
    return this.#types.size === 1 && this.#types.has("number");
  }

  /** Notes a value. */
  note(value: Exclude<Value, null>): void {
    this.count += 1;
    this.#types.add(typeOf(value));
    const number = numberOf(value);
    const scalar = scalarText(value);
    const text = scalar ?? "";
    this.#leastNumber = Math.min(this.#leastNumber, number ?? Number.NEGATIVE_INFINITY);
    this.#farthestNumber = Math.max(this.#farthestNumber, Math.abs(number ?? 0));
    this.#first ??= text;
    // Bytes and nested values count as different: comparing them costs too much, and mostly they differ.
    this.#varies ||= scalar === null || text !== this.#first;
    this.longest = Math.max(this.longest, text.length);
    if (/^https?:\/\/\S+$/i.test(text)) this.#addresses += 1;
    const isNumberText = typeof value === "string" && number !== null;
    if (!isNumberText && momentOf(value, null) !== null) this.#moments += 1;
    if (this.#texts.size <= CHIP_VALUES && text.length <= CHIP_CHARACTERS) {
      this.#texts.set(text, (this.#texts.get(text) ?? 0) + 1);
    }
  }

  /** The format that fits all values of the field `name`; empty where they are best shown as they arrived. */
  guess(name: string): Guess {
    if (this.#types.size !== 1) return {};
    if (this.#types.has("string")) {
      if (this.#moments === this.count) return { format: "time" };
      if (this.#addresses === this.count) return { format: "link" };
      return this.#isStatus(name) ? { format: "chip" } : {};
    }
    if (!this.#types.has("number")) return {};
    const named = UNIT_NAMES.find(([pattern]) => pattern.test(name));
    if (named !== undefined) {
      const isEpoch = this.#leastNumber >= (DECADES[named[1].unit ?? ""] ?? Number.POSITIVE_INFINITY);
      return isEpoch ? { ...named[1], format: "time" } : named[1];
    }
    return TIME_NAME.test(name) && this.#farthestNumber >= LEAST_EPOCH ? { format: "time" } : {};
  }

  #isStatus(name: string): boolean {
    if (this.longest > CHIP_CHARACTERS || this.#texts.size > CHIP_VALUES) return false;
    const texts = [...this.#texts.keys()];
    if (texts.some((text) => text.split(" ").length > CHIP_WORDS || !/\p{L}/u.test(text))) return false;
    return STATUS_NAME.test(name) || this.count >= CHIP_REPEATS * this.#texts.size + CHIP_REPEATS;
  }
}
