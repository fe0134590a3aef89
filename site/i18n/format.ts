import type { Count } from "./count.ts";

/** How one language writes numbers, times and durations; a figure and its unit are never parted. */
export interface Formats {
  /** 12,345 */
  number(value: number): string;
  /** 12,345, with what it does to the words beside it. */
  count(value: number): Count;
  /** 12:03:10 */
  time(atMs: number): string;
  /** The day and the month. */
  day(atMs: number): string;
  /** 24 Nov 2026, 12:03:10.123 */
  dateTime(atMs: number): string;
  /** 24 Nov, 12:03 */
  dateTimeShort(atMs: number): string;
  /** 42 s, 3 min 5 s, 250 ms */
  duration(ms: number): string;
  /** 5s ago */
  age(ms: number): string;
  /** 99.95%; 100% is all of it. */
  percent(share: number): string;
  /** 1.2 MB */
  bytes(count: number): string;
}

const MS_PER_SECOND = 1000;
const MS_PER_MINUTE = 60 * MS_PER_SECOND;
const MS_PER_HOUR = 60 * MS_PER_MINUTE;
const MS_PER_DAY = 24 * MS_PER_HOUR;

const DAY = { day: "numeric", month: "short" } as const;
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

const known = new Map<string, Formats>();

/** The formats of a language; built once, because `Intl` objects are slow to build. */
export function formatsFor(language: string): Formats {
  const found = known.get(language);
  if (found !== undefined) return found;
  const made = build(language);
  known.set(language, made);
  return made;
}

function build(language: string): Formats {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const hundredths = new Intl.NumberFormat(language, {
    style: "percent",
    maximumFractionDigits: 2,
    // What failed once isn't 100 %.
    roundingMode: "floor",
  });
  const clock = new Intl.DateTimeFormat(language, { ...CLOCK, second: "2-digit" });
  const full = new Intl.DateTimeFormat(language, {
    ...DAY,
    ...CLOCK,
    year: "numeric",
    second: "2-digit",
    fractionalSecondDigits: 3,
  });
  const day = new Intl.DateTimeFormat(language, DAY);
  const short = new Intl.DateTimeFormat(language, { ...DAY, ...CLOCK });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "always", style: "narrow" });

  return {
    number: (value) => whole.format(value),
    count: (value) => ({ value, text: whole.format(value) }),
    time: (atMs) => clock.format(atMs),
    day: (atMs) => day.format(atMs),
    dateTime: (atMs) => full.format(atMs),
    dateTimeShort: (atMs) => short.format(atMs),
    duration: (ms) => duration(ms, whole, tenths),
    age(ms) {
      if (ms < MS_PER_MINUTE) return relative.format(-Math.max(0, Math.floor(ms / MS_PER_SECOND)), "second");
      if (ms < MS_PER_HOUR) return relative.format(-Math.floor(ms / MS_PER_MINUTE), "minute");
      if (ms < MS_PER_DAY) return relative.format(-Math.floor(ms / MS_PER_HOUR), "hour");
      return relative.format(-Math.floor(ms / MS_PER_DAY), "day");
    },
    percent: (share) => hundredths.format(share),
    bytes(count) {
      if (count < 1e3) return `${whole.format(count)}\u00a0B`;
      if (count < 1e6) return `${tenths.format(count / 1e3)}\u00a0kB`;
      if (count < 1e9) return `${tenths.format(count / 1e6)}\u00a0MB`;
      return `${tenths.format(count / 1e9)}\u00a0GB`;
    },
  };
}

function duration(ms: number, whole: Intl.NumberFormat, tenths: Intl.NumberFormat): string {
  if (ms < MS_PER_SECOND) return `${(ms < 10 ? tenths : whole).format(ms)}\u00a0ms`;
  if (ms < 10 * MS_PER_SECOND) return `${tenths.format(ms / MS_PER_SECOND)}\u00a0s`;
  if (ms < MS_PER_MINUTE) return `${whole.format(ms / MS_PER_SECOND)}\u00a0s`;
  if (ms < MS_PER_HOUR) return pair(ms, MS_PER_MINUTE, "min", MS_PER_SECOND, "s", whole);
  return pair(ms, MS_PER_HOUR, "h", MS_PER_MINUTE, "min", whole);
}

function pair(
  ms: number,
  large: number,
  largeUnit: string,
  small: number,
  smallUnit: string,
  whole: Intl.NumberFormat,
) {
  const total = Math.floor(ms / small);
  const perLarge = large / small;
  const rest = total % perLarge;
  const first = `${whole.format(Math.floor(total / perLarge))}\u00a0${largeUnit}`;
  return rest === 0 ? first : `${first} ${whole.format(rest)}\u00a0${smallUnit}`;
}
