import type { AlertRule } from "../../contract/alert.ts";
import { isSo, parseCondition } from "../../contract/condition.ts";
import type { Feed } from "../../contract/feed.ts";
import { filterOf, type Searchable } from "./filter.ts";
import { type Path, pathOf } from "./path.ts";
import { keyText } from "./rules.ts";
import { comparedNumberOf } from "./value.ts";
import { shortenedKey } from "./write-json.ts";

/** An alert that began, and the moment when it ended by itself. */
export interface Alert {
  readonly feed: Feed;
  readonly rule: AlertRule;
  /** Epoch milliseconds. */
  readonly beganAtMs: number;
  /** Null while it lasts. */
  readonly endedAtMs: number | null;
  /** Of what it began: the key or subject of the event, and the value; null for what isn't about an event. */
  readonly of: { readonly key: string; readonly value: string } | null;
}

/**
 * How an event came: `new` as it happened; `late` after an outage, or read after others that came with it; `stored`
 * before anybody listened.
 */
export type Came = "new" | "late" | "stored";

/** What a panel knows when the time has moved on. */
export interface Surroundings {
  readonly isLive: boolean;
  /** Since when it is so, epoch milliseconds. */
  readonly sinceMs: number;
  /** When its last message came, epoch milliseconds; null before there was one. */
  readonly lastMs: number | null;
  /** How far apart its messages usually are; null before that is known. */
  readonly usualMs: number | null;
  /** Whether it has all that its stream has: before, what a stored event says may be over by now. */
  readonly hasAll: boolean;
}

/** What matched once is an alert for so long, where no newer event of the same key ends it. */
export const MATCH_LASTS_MS = 60_000;
/** No feed is quiet sooner than this by its own pace: that of a burst is nobody's usual one. */
const LEAST_QUIET_MS = 10_000;
/** More keys than these aren't told apart. */
const MAX_KEYS = 5000;

/** One rule and how it stands. */
interface Watch {
  readonly rule: AlertRule;
  /** What of an event breaks the rule; null where nothing does, undefined where it says nothing of it. */
  readonly breaks: ((event: Searchable) => string | null | undefined) | null;
  /** The keys that break it now, with when they last did, and by what. */
  readonly breaking: Map<string, { readonly atMs: number; readonly value: string }>;
  alert: Alert | null;
}

/**
 * The alerts of one feed. It knows no clock: whoever has it tells it of every event, and about once a second how things
 * are. Each call returns the alerts that began or ended with it.
 */
export class FeedAlerts {
  readonly #watches: readonly Watch[];
  readonly #feed: Feed;
  readonly #key: Path | null;
  #tickedAtMs = 0;
  /** When the clock was last set back, by what it says since. */
  #setBackAtMs = 0;

  constructor(feed: Feed) {
    this.#feed = feed;
    // Without one a newer event of the same subject counts.
    this.#key = feed.key === undefined ? null : pathOf(feed.key);
    this.#watches = (feed.alerts ?? []).map((rule) => ({
      rule,
      breaks: breaksOf(rule),
      breaking: new Map(),
      alert: null,
    }));
  }

  /** Those that last, in the order of their rules. */
  get active(): readonly Alert[] {
    return this.#watches.flatMap(({ alert }) => alert ?? []);
  }

  /**
   * Takes an event in. What one broke that isn't new may have ended long ago: a state is an alert where it still holds at
   * the next tick that has all. A mere event that was stored is none; a late one is news.
   */
  event(event: Searchable, nowMs: number, came: Came = "new"): readonly Alert[] {
    const key = (this.#key === null ? null : keyText(this.#key.of(event))) ?? event.subject;
    return this.#watches.flatMap((watch) => {
      const { rule, breaks, breaking } = watch;
      if (breaks === null) return [];
      // A key that is gone breaks nothing any more.
      const value = event.isDeletion ? null : breaks(event);
      if (value === undefined) return [];
      const isEvent = "match" in rule;
      if (value === null) {
        // Without a key of its own an event doesn't take back what another said.
        if (isEvent && this.#key === null) return [];
        breaking.delete(key);
        return breaking.size === 0 ? this.#end(watch, nowMs) : [];
      }
      if (isEvent && came === "stored") return [];
      if (breaking.has(key) || breaking.size < MAX_KEYS) breaking.set(key, { atMs: nowMs, value });
      return isEvent || came === "new" ? this.#begin(watch, nowMs, { key, value }) : [];
    });
  }

  /** All keys are gone. */
  forgetKeys(nowMs: number): readonly Alert[] {
    return this.#watches.flatMap((watch) => {
      if (watch.breaks === null) return [];
      watch.breaking.clear();
      return this.#end(watch, nowMs);
    });
  }

  /**
   * Looks at what only time tells: quiet feeds, lost links, and what matched long enough ago. An alert of time begins when
   * it was due: a hidden page looks late, and says the same as the others.
   */
  tick(nowMs: number, surroundings: Surroundings): readonly Alert[] {
    const { isLive, lastMs, usualMs, hasAll } = surroundings;
    if (nowMs < this.#tickedAtMs) this.#setBackAtMs = nowMs;
    this.#tickedAtMs = nowMs;
    // What lies in the future of a clock that was set back happened before that.
    const past = (ms: number) => (ms > nowMs ? this.#setBackAtMs : ms);
    const sinceMs = past(surroundings.sinceMs);
    return this.#watches.flatMap((watch) => {
      const { rule, breaking } = watch;
      if ("notLiveSeconds" in rule) {
        const dueAtMs = sinceMs + rule.notLiveSeconds * 1000;
        if (isLive) return this.#end(watch, nowMs);
        return nowMs > dueAtMs ? this.#begin(watch, dueAtMs, null) : [];
      }
      if ("match" in rule) {
        if (this.#key !== null) return [];
        for (const [key, { atMs }] of breaking) {
          if (nowMs - past(atMs) >= MATCH_LASTS_MS) breaking.delete(key);
        }
        return breaking.size === 0 ? this.#end(watch, nowMs) : [];
      }
      if ("field" in rule) {
        // What came late or was stored, and still breaks the rule.
        const last = hasAll ? [...breaking].at(-1) : undefined;
        if (last === undefined) return [];
        const [key, { atMs, value }] = last;
        return this.#begin(watch, Math.min(atMs, nowMs), { key, value });
      }
      // Without a link nobody can say whether it is quiet.
      if (!isLive) return [];
      const limitMs =
        "quietSeconds" in rule
          ? rule.quietSeconds * 1000
          : usualMs === null
            ? null
            : Math.max(LEAST_QUIET_MS, rule.quietTimes * usualMs);
      const dueAtMs = limitMs === null ? null : Math.max(sinceMs, past(lastMs ?? sinceMs)) + limitMs;
      if (dueAtMs !== null && nowMs > dueAtMs) return this.#begin(watch, dueAtMs, null);
      // The link may be older than it looks: what counts is that something came since.
      const beganAtMs = watch.alert === null ? nowMs : past(watch.alert.beganAtMs);
      return lastMs !== null && past(lastMs) > beganAtMs ? this.#end(watch, nowMs) : [];
    });
  }

  #begin(watch: Watch, nowMs: number, of: Alert["of"]): readonly Alert[] {
    if (watch.alert !== null) return [];
    const shown = of && { key: shortenedKey(of.key), value: shortenedKey(of.value) };
    watch.alert = { feed: this.#feed, rule: watch.rule, beganAtMs: nowMs, endedAtMs: null, of: shown };
    return [watch.alert];
  }

  #end(watch: Watch, nowMs: number): readonly Alert[] {
    if (watch.alert === null) return [];
    const ended: Alert = { ...watch.alert, endedAtMs: nowMs };
    watch.alert = null;
    return [ended];
  }
}

/** What in an event breaks a rule, as text; only rules that are about events have one. */
function breaksOf(rule: AlertRule): Watch["breaks"] {
  if ("match" in rule) {
    const filter = filterOf(rule.match);
    return (event) => (filter.matches(event) ? rule.match : null);
  }
  if (!("field" in rule)) return null;
  const path = pathOf(rule.field);
  const condition = parseCondition(rule.when);
  return (event) => {
    const value = path.of(event);
    const text = keyText(value);
    if (condition === null || text === null) return undefined;
    const number = comparedNumberOf(value);
    // NaN is neither more nor less than anything: what was so before may still be.
    if ("number" in condition && Number.isNaN(number)) return undefined;
    return isSo(condition, text, number) ? text : null;
  };
}
