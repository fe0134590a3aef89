import type { Count } from "./count.ts";

const MS_PER_SECOND = 1000;
const MS_PER_MINUTE = 60 * MS_PER_SECOND;
const MS_PER_HOUR = 60 * MS_PER_MINUTE;
const MS_PER_DAY = 24 * MS_PER_HOUR;

const DAY = { day: "numeric", month: "short" } as const;
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

/** Formats numbers, times and durations. A number and its unit are joined by a no-break space. */
export type Formats = ReturnType<typeof formatsFor>;

/** The formats of a language. Create them once: `Intl` objects are slow to build. */
export function formatsFor(language: string) {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const hundredths = new Intl.NumberFormat(language, {
    style: "percent",
    maximumFractionDigits: 2,
    // Anything that failed once must not show as 100%.
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
    /** 12,345 */
    number: (value: number): string => whole.format(value),
    /** 12,345, with the value for plural forms. */
    count: (value: number): Count => ({ value, text: whole.format(value) }),
    /** 12:03:10 */
    time: (atMs: number): string => clock.format(atMs),
    /** The day and the month. */
    day: (atMs: number): string => day.format(atMs),
    /** 24 Nov 2026, 12:03:10.123 */
    dateTime: (atMs: number): string => full.format(atMs),
    /** 24 Nov, 12:03 */
    dateTimeShort: (atMs: number): string => short.format(atMs),
    /** 42 s, 3 min 5 s, 250 ms */
    duration: (ms: number): string => duration(ms, whole, tenths),
    /** 5s ago; at least 0s, although an event may be newer than the displayed second. */
    age(ms: number): string {
      if (ms < MS_PER_MINUTE) return relative.format(-Math.max(0, Math.floor(ms / MS_PER_SECOND)), "second");
      if (ms < MS_PER_HOUR) return relative.format(-Math.floor(ms / MS_PER_MINUTE), "minute");
      if (ms < MS_PER_DAY) return relative.format(-Math.floor(ms / MS_PER_HOUR), "hour");
      return relative.format(-Math.floor(ms / MS_PER_DAY), "day");
    },
    /** 99.95%, rounded down. */
    percent: (share: number): string => hundredths.format(share),
    /** 1.2 MB */
    bytes(count: number): string {
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
  const [largeMs, large, smallMs, small] =
    ms < MS_PER_HOUR
      ? ([MS_PER_MINUTE, "min", MS_PER_SECOND, "s"] as const)
      : ([MS_PER_HOUR, "h", MS_PER_MINUTE, "min"] as const);
  const first = `${whole.format(Math.floor(ms / largeMs))}\u00a0${large}`;
  const rest = Math.floor((ms % largeMs) / smallMs);
  return rest === 0 ? first : `${first} ${whole.format(rest)}\u00a0${small}`;
}
