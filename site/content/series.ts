import { type ContentEvent, type Path, pathOf, timeOf } from "./path.ts";
import { keyText } from "./rules.ts";
import { numberOf, type Value } from "./value.ts";

/** A number with its time. */
export interface Latest {
  /** As written. */
  readonly value: Value;
  readonly number: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** One line of a chart: a field, and its key where events have keys. */
export type Line = Readonly<Pick<Track, "field" | "key" | "latest" | "count">>;

/** Lines over the same seconds, as a chart takes them; null where a value is unknown. */
export type Aligned = readonly [
  seconds: readonly number[],
  ...lines: readonly (readonly (number | null)[])[],
];

interface Track {
  readonly field: string;
  /** Null where the events have no key. */
  readonly key: string | null;
  /** A ring buffer of the last number of each second, NaN where there was none; see `slotOf`. */
  readonly seconds: Float64Array;
  /** The newest second that has a number. */
  newest: number;
  latest: Latest;
  /** How many numbers the line has had. */
  count: number;
  /** The usual time between two numbers, smoothed, seconds; 0 before the second number. */
  usualSeconds: number;
}

/** The most lines and values that are shown: more can't be told apart. */
export const SHOWN_LINES = 16;
/** The most lines that are kept, of which the first are shown. */
const MAX_LINES = 200;
/** A value is unknown once its line was silent for this many usual intervals. */
const KEPT_PAUSES = 3;
/** How long the only number of a line is valid, seconds, while the usual interval is unknown. */
const FIRST_HOLDS_SECONDS = 10;
/** If a new number is this much older than the newest, a clock was set back; seconds. */
const SET_BACK_SECONDS = 60;
/** The number of intervals over which the usual one is smoothed. */
const SMOOTHED = 8;

/** Numbers over time: the last of every second, for each field and key. */
export class NumberSeries {
  readonly #window: number;
  #fields: readonly Path[];
  readonly #key: Path | null;
  readonly #textFields: ReadonlySet<string>;
  readonly #tracks = new Map<string, Track>();
  #isCut = false;

  /**
   * @param fields the paths to draw
   * @param key the path of the key, which has a line of its own in each field; null for one line per field
   * @param windowSeconds how long numbers are kept
   * @param textFields the fields whose numbers may be sent as text; in other fields a text may be an id
   */
  constructor(
    fields: readonly string[],
    key: string | null,
    windowSeconds = 900,
    textFields: readonly string[] = [],
  ) {
    this.#window = windowSeconds;
    this.#fields = fields.map(pathOf);
    this.#key = key === null ? null : pathOf(key);
    this.#textFields = new Set(textFields);
  }

  /**
   * Notes an event's numbers; values that are no number are skipped, not taken for 0.
   * @param isNewest whether the event is the newest, whatever its time says
   */
  note(event: ContentEvent, isNewest = false, fields = this.#fields): void {
    const atMs = timeOf(event);
    const key = this.#key === null ? null : keyText(this.#key.of(event));
    if (this.#key !== null && key === null) return;
    for (const field of fields) {
      const value = field.of(event);
      const isNone = typeof value === "string" && !this.#textFields.has(field.text);
      const number = isNone ? null : numberOf(value);
      if (number !== null && value !== undefined)
        this.#put(field.text, key, { value, number, atMs }, isNewest);
    }
  }

  /** Adds fields to draw, beginning with their numbers in `events`. */
  addFields(fields: readonly string[], events: readonly ContentEvent[]): void {
    const more = fields.map(pathOf);
    for (const event of events) this.note(event, false, more);
    this.#fields = [...this.#fields, ...more];
  }

  /** The lines, in the order of their beginnings, so that each keeps its colour. */
  get lines(): readonly Line[] {
    return [...this.#tracks.values()].map(({ field, key, latest, count }) => ({ field, key, latest, count }));
  }

  /** Whether there were more lines than are kept. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** The numbers of these lines up to `nowMs`, oldest first, beginning with the first known number. */
  aligned(lines: readonly Line[], nowMs: number): Aligned {
    const now = Math.floor(nowMs / 1000);
    const tracks = lines.flatMap((line) => this.#tracks.get(nameOf(line.field, line.key)) ?? []);
    const first = Math.min(now, ...tracks.map((track) => this.#firstSecond(track, now)));
    const seconds = Array.from({ length: now - first + 1 }, (_, index) => first + index);
    return [seconds, ...tracks.map((track) => this.#numbersBetween(track, first, now))];
  }

  #put(field: string, key: string | null, latest: Latest, isNewest: boolean): void {
    const name = nameOf(field, key);
    let track = this.#tracks.get(name);
    const second = Math.floor(latest.atMs / 1000);
    if (track === undefined) {
      if (this.#tracks.size >= SHOWN_LINES) this.#dropEnded(second);
      this.#isCut = this.#tracks.size >= MAX_LINES;
      if (this.#isCut) return;
      const seconds = new Float64Array(this.#window).fill(Number.NaN);
      track = { field, key, seconds, newest: second, latest, count: 0, usualSeconds: 0 };
      this.#tracks.set(name, track);
    }
    track.count += 1;
    // A clock was set back, or earlier numbers came from a server whose clock is ahead: they would hide new numbers.
    if (isNewest && second < track.newest - SET_BACK_SECONDS) {
      track.seconds.fill(Number.NaN);
      track.newest = second;
      track.latest = latest;
    }
    // Outside the window: history may reach farther back than the chart.
    if (second <= track.newest - this.#window) return;
    this.#advance(track, second);
    track.seconds[slotOf(second, this.#window)] = latest.number;
    if (latest.atMs >= track.latest.atMs) track.latest = latest;
  }

  /** Drops lines without numbers in the window, to make room for those that replaced them. */
  #dropEnded(second: number): void {
    for (const [name, { newest }] of this.#tracks) {
      if (newest <= second - this.#window) this.#tracks.delete(name);
    }
  }

  #advance(track: Track, second: number): void {
    const pause = second - track.newest;
    if (pause <= 0) return;
    for (let step = Math.max(1, pause - this.#window + 1); step < pause; step += 1) {
      track.seconds[slotOf(track.newest + step, this.#window)] = Number.NaN;
    }
    track.usualSeconds = smoothed(track.usualSeconds, pause);
    track.newest = second;
  }

  #firstSecond(track: Track, now: number): number {
    for (let second = now - this.#window + 1; second <= now; second += 1) {
      if (this.#at(track, second) !== null) return second;
    }
    return now;
  }

  #numbersBetween(track: Track, first: number, now: number): readonly (number | null)[] {
    // A slow line is drawn without gaps: a number is valid for several of its usual intervals, then or now.
    const numbers: (number | null)[] = [];
    let known: number | null = null;
    let [since, usualThen, holds] = [0, 0, 0];
    for (let second = first; second <= now; second += 1) {
      const found = this.#at(track, second);
      if (found !== null) {
        if (known !== null) usualThen = smoothed(usualThen, second - since);
        const usual = Math.max(usualThen, track.usualSeconds);
        holds = Math.max(1, usual * KEPT_PAUSES, usualThen === 0 ? FIRST_HOLDS_SECONDS : 0);
        known = found;
        since = second;
      }
      numbers.push(known !== null && second - since < holds ? known : null);
    }
    return numbers;
  }

  #at(track: Track, second: number): number | null {
    if (second > track.newest || second <= track.newest - this.#window) return null;
    const number = track.seconds[slotOf(second, this.#window)];
    return number === undefined || Number.isNaN(number) ? null : number;
  }
}

function smoothed(usual: number, pause: number): number {
  return usual === 0 ? pause : usual + (pause - usual) / SMOOTHED;
}

function slotOf(second: number, window: number): number {
  return ((second % window) + window) % window;
}

function nameOf(field: string, key: string | null): string {
  return `${field}\n${key}`;
}
