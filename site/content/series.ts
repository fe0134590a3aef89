import { type ContentEvent, type Path, pathOf, timeOf } from "./path.ts";
import { keyText } from "./rules.ts";
import { numberOf, type Value } from "./value.ts";

/** A number and when it came. */
export interface Latest {
  /** As it was written. */
  readonly value: Value;
  readonly number: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

/** One line of a chart: a field, of one key where there are several. */
export type Line = Readonly<Pick<Track, "field" | "key" | "latest" | "count">>;

/** Lines over the same seconds, as a chart takes them: times in seconds, and null where nothing is known. */
export type Aligned = readonly [
  seconds: readonly number[],
  ...lines: readonly (readonly (number | null)[])[],
];

interface Track {
  readonly field: string;
  /** Null where the events have no key. */
  readonly key: string | null;
  /** The last number of each second, NaN where none came; a second's place is its remainder. */
  readonly seconds: Float64Array;
  /** The newest second that has a number. */
  newest: number;
  latest: Latest;
  /** How many numbers it has had. */
  count: number;
  /** How far apart its numbers usually are, smoothed; 0 before there are two. */
  usualSeconds: number;
}

/** More lines than these can't be told apart, nor more values be read at a glance. */
export const SHOWN_LINES = 16;
/** So many are kept, of which those that were there first are shown. */
const MAX_LINES = 200;
/** What is silent for longer than so many times its usual pause is unknown, and not what it was last. */
const KEPT_PAUSES = 3;
/** As long as there is one number only, nobody knows how often they come. */
const FIRST_HOLDS_SECONDS = 10;
/** What is the newest of all and seems so much older than another shows that a clock was set back. */
const SET_BACK_SECONDS = 60;
/** A pace is smoothed over about so many numbers. */
const SMOOTHED = 8;

/** Numbers over time: of each field, and of each key, the last of every second. */
export class NumberSeries {
  readonly #window: number;
  #fields: readonly Path[];
  readonly #key: Path | null;
  readonly #textFields: ReadonlySet<string>;
  readonly #tracks = new Map<string, Track>();
  #isCut = false;

  /**
   * @param fields the paths of what is drawn
   * @param key the path that tells the lines of a field apart; null where there is one of each
   * @param windowSeconds how far back they are kept
   * @param textFields those whose numbers may be sent as texts: of any other a text may be an id
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
   * Takes an event's numbers in; what is no number is passed over, and not taken for zero.
   * @param isNewest whether it is the newest of all, whatever its time says
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

  /** Draws more fields, from what they were in these events on. */
  addFields(fields: readonly string[], events: readonly ContentEvent[]): void {
    const more = fields.map(pathOf);
    for (const event of events) this.note(event, false, more);
    this.#fields = [...this.#fields, ...more];
  }

  /** The lines, in the order in which they began: a line that changed its colour with its rank couldn't be followed. */
  get lines(): readonly Line[] {
    return [...this.#tracks.values()].map(({ field, key, latest, count }) => ({ field, key, latest, count }));
  }

  /** Whether there were more than are kept: nobody knows how many. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** The numbers of some of the lines up to `nowMs`, oldest first, from where the first of them has any. */
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
    // The clock was set back, or what came before was by a server's that is ahead: those numbers would hide the new ones.
    if (isNewest && second < track.newest - SET_BACK_SECONDS) {
      track.seconds.fill(Number.NaN);
      track.newest = second;
      track.latest = latest;
    }
    // Older than all that is kept: a history may reach farther back than the chart.
    if (second <= track.newest - this.#window) return;
    this.#advance(track, second);
    track.seconds[slotOf(second, this.#window)] = latest.number;
    if (latest.atMs >= track.latest.atMs) track.latest = latest;
  }

  /** What stopped long ago gives way: its place may be wanted by what took over from it. */
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
    // A slow line is drawn through: between two numbers of its pace, then or now, it is what it was.
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
