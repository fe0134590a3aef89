import type { AlertRule } from "../../contract/alert.ts";
import { matches, parseCondition } from "../../contract/condition.ts";
import type { Feed } from "../../contract/feed.ts";
import { filterOf, type Searchable } from "./filter.ts";
import { type Path, pathOf } from "./path.ts";
import { keyText } from "./rules.ts";
import { comparedNumberOf } from "./value.ts";
import { shortenedKey } from "./write-json.ts";

/** An alert, active or past. */
export interface Alert {
  readonly feed: Feed;
  readonly rule: AlertRule;
  /** Epoch milliseconds. */
  readonly beganAtMs: number;
  /** Epoch milliseconds; null while the alert is active. */
  readonly endedAtMs: number | null;
  /** The event that started it: its key or subject, and the value; null for rules about time. */
  readonly trigger: { readonly key: string; readonly value: string } | null;
}

/**
 * How an event arrived: `new` as it happened; `late` while the panel was catching up with its stream, or shortly before
 * this code was loaded; `stored` long before that, or as history from before the panel was opened.
 */
export type Arrival = "new" | "late" | "stored";

/** The state of a panel at a tick. */
export interface TickState {
  readonly isLive: boolean;
  /** When `isLive` last changed, epoch milliseconds. */
  readonly sinceMs: number;
  /** Time of the last message, epoch milliseconds; null before the first. */
  readonly lastMs: number | null;
  /** The usual time between messages, milliseconds; null until it is known. */
  readonly usualMs: number | null;
  /** Whether it has caught up with its stream: before, a stored event's state may be outdated. */
  readonly hasAll: boolean;
}

/** How long a match keeps an alert active, milliseconds, in a feed without a key: a newer event can't end it there. */
export const MATCH_LASTS_MS = 60_000;
/** The shortest limit of a `quietTimes` rule, milliseconds: a burst's interval is too short to judge by. */
const MIN_QUIET_MS = 10_000;
/** The most keys per rule that are tracked; further keys are ignored. */
const MAX_KEYS = 5000;

/** A rule and its state. */
interface Watch {
  readonly rule: AlertRule;
  /** The value by which an event breaks the rule; null if it doesn't, undefined if it says nothing about it. */
  readonly breaks: ((event: Searchable) => string | null | undefined) | null;
  /** The keys that break the rule now, with the time and the value of their last event. */
  readonly breaking: Map<string, { readonly atMs: number; readonly value: string }>;
  alert: Alert | null;
}

/**
 * The alerts of one feed. It has no clock: the caller passes every event, and about once a second a `tick`. Each call
 * returns the alerts that it began or ended.
 */
export class FeedAlerts {
  readonly #watches: readonly Watch[];
  readonly #feed: Feed;
  readonly #key: Path | null;
  #tickedAtMs = 0;
  /** The first tick after the clock was last set back, epoch milliseconds. */
  #setBackAtMs = 0;

  constructor(feed: Feed) {
    this.#feed = feed;
    // Without a key, events are keyed by their subject.
    this.#key = feed.key === undefined ? null : pathOf(feed.key);
    this.#watches = (feed.alerts ?? []).map((rule) => ({
      rule,
      breaks: breaksOf(rule),
      breaking: new Map(),
      alert: null,
    }));
  }

  /** The active alerts, in the order of their rules. */
  get active(): readonly Alert[] {
    return this.#watches.flatMap(({ alert }) => alert ?? []);
  }

  /**
   * Handles an event. A late or stored event that breaks a `field` rule may be outdated, so its alert begins at the next
   * tick with `hasAll`, unless a newer event of its key keeps the rule by then. A `match` rule ignores stored events,
   * but not late ones.
   */
  event(event: Searchable, nowMs: number, arrival: Arrival = "new"): readonly Alert[] {
    const key = (this.#key === null ? null : keyText(this.#key.of(event))) ?? event.subject;
    return this.#watches.flatMap((watch) => {
      const { rule, breaks, breaking } = watch;
      if (breaks === null) return [];
      // A deleted key breaks no rule.
      const value = event.isDeletion ? null : breaks(event);
      if (value === undefined) return [];
      const isMatch = "match" in rule;
      if (value === null) {
        // Without a key, an event doesn't end the match of another.
        if (isMatch && this.#key === null) return [];
        breaking.delete(key);
        return breaking.size === 0 ? this.#end(watch, nowMs) : [];
      }
      if (isMatch && arrival === "stored") return [];
      if (breaking.has(key) || breaking.size < MAX_KEYS) breaking.set(key, { atMs: nowMs, value });
      return isMatch || arrival === "new" ? this.#begin(watch, nowMs, { key, value }) : [];
    });
  }

  /** Drops all keys, because their bucket was recreated, and ends the alerts about them. */
  forgetKeys(nowMs: number): readonly Alert[] {
    return this.#watches.flatMap((watch) => {
      if (watch.breaks === null) return [];
      watch.breaking.clear();
      return this.#end(watch, nowMs);
    });
  }

  /**
   * Checks what depends on time: quiet feeds, lost links, and matches that expire. An alert about time begins when it
   * was due, not at this tick: hidden pages tick late, and must report the same time as others.
   */
  tick(nowMs: number, state: TickState): readonly Alert[] {
    const { isLive, lastMs, usualMs, hasAll } = state;
    if (nowMs < this.#tickedAtMs) this.#setBackAtMs = nowMs;
    this.#tickedAtMs = nowMs;
    // A time in the future was noted before the clock was set back.
    const past = (ms: number) => (ms > nowMs ? this.#setBackAtMs : ms);
    const sinceMs = past(state.sinceMs);
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
        // Late and stored events that still break the rule.
        const last = hasAll ? [...breaking].at(-1) : undefined;
        if (last === undefined) return [];
        const [key, { atMs, value }] = last;
        return this.#begin(watch, Math.min(atMs, nowMs), { key, value });
      }
      // Without a link, silence says nothing about the feed.
      if (!isLive) return [];
      const limitMs =
        "quietSeconds" in rule
          ? rule.quietSeconds * 1000
          : usualMs === null
            ? null
            : Math.max(MIN_QUIET_MS, rule.quietTimes * usualMs);
      const dueAtMs = limitMs === null ? null : Math.max(sinceMs, past(lastMs ?? sinceMs)) + limitMs;
      if (dueAtMs !== null && nowMs > dueAtMs) return this.#begin(watch, dueAtMs, null);
      // A new link (`sinceMs`) moves the due time, but only a message after the alert's beginning ends it.
      const beganAtMs = watch.alert === null ? nowMs : past(watch.alert.beganAtMs);
      return lastMs !== null && past(lastMs) > beganAtMs ? this.#end(watch, nowMs) : [];
    });
  }

  #begin(watch: Watch, nowMs: number, trigger: Alert["trigger"]): readonly Alert[] {
    if (watch.alert !== null) return [];
    const shown = trigger && { key: shortenedKey(trigger.key), value: shortenedKey(trigger.value) };
    watch.alert = { feed: this.#feed, rule: watch.rule, beganAtMs: nowMs, endedAtMs: null, trigger: shown };
    return [watch.alert];
  }

  #end(watch: Watch, nowMs: number): readonly Alert[] {
    if (watch.alert === null) return [];
    const ended: Alert = { ...watch.alert, endedAtMs: nowMs };
    watch.alert = null;
    return [ended];
  }
}

/** The test of a rule about events, see `Watch.breaks`; null for rules about time. */
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
    // NaN compares with nothing, so that the key keeps its state.
    if ("number" in condition && Number.isNaN(number)) return undefined;
    return matches(condition, text, number) ? text : null;
  };
}
