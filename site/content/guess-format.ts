import type { FeedColumn } from "../../contract/column.ts";
import { momentOf } from "./moment.ts";
import { numberOf, scalarText, typeOf, type Value } from "./value.ts";

type Guess = Pick<FeedColumn, "format" | "unit">;

/** Longer texts and more words than these are no status. */
const CHIP_CHARACTERS = 24;
const CHIP_WORDS = 3;
/** More different values than these are no status either. */
const CHIP_VALUES = 12;
/** As many times as each must have come again, unless its name says what it is. */
const CHIP_REPEATS = 3;

const STATUS_NAME = /(?:^|[._])(?:status|state|level|severity|phase|outcome|priority)$/i;
const TIME_NAME =
  /(?:^|[._])(?:time|timestamp|ts|date|at)$|[a-z](?:At|Time|Timestamp|Date)$|_(?:at|time|ts|date)$/;
/** What a number counts, where its name says so as is usual. */
const UNIT_NAMES: readonly (readonly [RegExp, Guess])[] = [
  [/(?:^|[._])bytes$|[a-z]Bytes$/, { format: "bytes" }],
  [/_(?:ms|millis|milliseconds)$|[a-z](?:Ms|Millis)$/, { format: "duration", unit: "ms" }],
  [/_(?:us|µs|micros|microseconds)$|[a-z]Micros$/, { format: "duration", unit: "µs" }],
  [/_(?:ns|nanos|nanoseconds)$|[a-z]Nanos$/, { format: "duration", unit: "ns" }],
  [/_(?:seconds|secs)$|[a-z]Seconds$/, { format: "duration", unit: "s" }],
];

/** Whether a field's name says that it tells how something fares. */
export function isStatusName(name: string): boolean {
  return STATUS_NAME.test(name);
}

/** Numbers below this are no times since 1970, in whatever unit: seconds were so many in 1973. */
const LEAST_EPOCH = 1e8;
/** So much of a unit is decades: no duration, but a time since 1970. */
const DECADES: { readonly [unit: string]: number } = { s: 1e9, ms: 1e12, µs: 1e15, ns: 1e18 };

/** What has come in one place, as far as it says how it is to be shown. */
export class ValueSample {
  /** How many values came. */
  count = 0;
  /** How many characters the longest text had. */
  longest = 0;
  readonly #types = new Set<string>();
  readonly #texts = new Map<string, number>();
  #moments = 0;
  #addresses = 0;
  #leastNumber = Number.POSITIVE_INFINITY;
  #farthestNumber = 0;
  #first: string | null = null;
  #varies = false;

  /** Whether always the same came, however often. */
  get isConstant(): boolean {
    return !this.#varies && this.count > 1;
  }

  /** Whether there is something in it that a line of a table can't show. */
  get isNested(): boolean {
    return this.#types.has("object") || this.#types.has("array");
  }

  /** Whether all of it can be reckoned with. */
  get isNumeric(): boolean {
    return this.#types.size === 1 && this.#types.has("number");
  }

  /** Takes a value in; null is none. */
  note(value: Exclude<Value, null>): void {
    this.count += 1;
    this.#types.add(typeOf(value));
    const number = numberOf(value);
    const scalar = scalarText(value);
    const text = scalar ?? "";
    this.#leastNumber = Math.min(this.#leastNumber, number ?? Number.NEGATIVE_INFINITY);
    this.#farthestNumber = Math.max(this.#farthestNumber, Math.abs(number ?? 0));
    this.#first ??= text;
    // To hold bytes or what is nested against each other costs more than it tells: mostly they differ.
    this.#varies ||= scalar === null || text !== this.#first;
    this.longest = Math.max(this.longest, text.length);
    if (/^https?:\/\/\S+$/i.test(text)) this.#addresses += 1;
    const isNumberText = typeof value === "string" && number !== null;
    if (!isNumberText && momentOf(value, null) !== null) this.#moments += 1;
    if (this.#texts.size <= CHIP_VALUES && text.length <= CHIP_CHARACTERS) {
      this.#texts.set(text, (this.#texts.get(text) ?? 0) + 1);
    }
  }

  /** The format that fits all that came under this name; none where it is best shown as it came. */
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
