import type { AlertRule } from "../../contract/alert.ts";
import { isSo, parseCondition } from "../../contract/condition.ts";
import { filterOf, type Searchable } from "./filter.ts";
import { type Path, pathOf } from "./path.ts";
import { keyText } from "./rules.ts";
import { numberOf, scalarText } from "./value.ts";

/** An alert that began, and the moment when it ended by itself. */
export interface Alert {
  readonly rule: AlertRule;
  /** Epoch milliseconds. */
  readonly beganAtMs: number;
  /** Null while it lasts. */
  readonly endedAtMs: number | null;
  /** Of what it began: the key or subject of the event, and the value; null for what isn't about an event. */
  readonly of: { readonly key: string; readonly value: string } | null;
}

/** What a panel knows when the time has moved on. */
export interface Surroundings {
  readonly isLive: boolean;
  /** Since when it is so, epoch milliseconds. */
  readonly sinceMs: number;
  /** How far apart its events usually are; null before that is known. */
  readonly usualMs: number | null;
}

/** What matched once is an alert for so long, where no newer event of the same key ends it. */
export const MATCH_LASTS_MS = 60_000;
/** More keys than these aren't told apart. */
const MAX_KEYS = 5000;
/** How many past alerts are remembered. */
const MAX_PAST = 100;

/** One rule and how it stands. */
interface Watch {
  readonly rule: AlertRule;
  /** What of an event breaks the rule; null where nothing does, undefined where it says nothing of it. */
  readonly breaks: ((event: Searchable) => string | null | undefined) | null;
  /** The keys that break it now, and when they began to. */
  readonly breaking: Map<string, number>;
  alert: Alert | null;
}

/**
 * The alerts of one feed. It knows no clock: whoever has it tells it of every event, and about once a second how things
 * are. Each call returns the alerts that began or ended with it.
 */
export class FeedAlerts {
  readonly #watches: readonly Watch[];
  readonly #key: Path | null;
  #lastEventMs: number | null = null;
  #tickedAtMs = 0;
  /** When the clock was last set back, by what it says since. */
  #setBackAtMs = 0;
  #past: readonly Alert[] = [];

  /** @param key the path that tells the events of a feed apart; null where a newer one of the same subject counts */
  constructor(rules: readonly AlertRule[], key: string | null) {
    this.#key = key === null ? null : pathOf(key);
    this.#watches = rules.map((rule) => ({ rule, breaks: breaksOf(rule), breaking: new Map(), alert: null }));
  }

  /** Those that last, in the order of their rules. */
  get active(): readonly Alert[] {
    return this.#watches.flatMap(({ alert }) => alert ?? []);
  }

  /** Those that ended, the newest first. */
  get past(): readonly Alert[] {
    return this.#past;
  }

  /** Takes an event in; `isHistory` for what was stored before the panel opened: it is no news. */
  event(event: Searchable, nowMs: number, isHistory = false): readonly Alert[] {
    if (!isHistory) this.#lastEventMs = nowMs;
    const key = this.#keyOf(event);
    return this.#watches.flatMap((watch) => {
      if (watch.breaks === null) return isHistory ? [] : this.#endQuiet(watch, nowMs);
      const value = watch.breaks(event);
      if (value === undefined) return [];
      if (value === null) return this.#clear(watch, key, nowMs);
      // A state that is old and still holds is an alert; a mere event that is old is not.
      return isHistory && "match" in watch.rule ? [] : this.#break(watch, key, value, nowMs);
    });
  }

  /** Looks at what only time tells: quiet feeds, lost links, and what matched long enough ago. */
  tick(nowMs: number, { isLive, sinceMs: toldMs, usualMs }: Surroundings): readonly Alert[] {
    if (nowMs < this.#tickedAtMs) this.#setBackAtMs = nowMs;
    this.#tickedAtMs = nowMs;
    // What lies in the future of a clock that was set back happened before that.
    const past = (ms: number) => (ms > nowMs ? this.#setBackAtMs : ms);
    const sinceMs = past(toldMs);
    return this.#watches.flatMap((watch) => {
      const { rule } = watch;
      if ("notLiveSeconds" in rule) {
        const isBroken = !isLive && nowMs - sinceMs > rule.notLiveSeconds * 1000;
        return isBroken ? this.#begin(watch, nowMs, null) : isLive ? this.#end(watch, nowMs) : [];
      }
      if ("match" in rule) return this.#forget(watch, nowMs);
      if ("field" in rule) return [];
      // Without a link nobody can say whether it is quiet.
      if (!isLive) return [];
      const limitMs =
        "quietSeconds" in rule
          ? rule.quietSeconds * 1000
          : usualMs === null
            ? null
            : rule.quietTimes * usualMs;
      const quietMs = nowMs - Math.max(sinceMs, past(this.#lastEventMs ?? sinceMs));
      return limitMs !== null && quietMs > limitMs ? this.#begin(watch, nowMs, null) : [];
    });
  }

  #keyOf(event: Searchable): string {
    const own = this.#key === null ? null : keyText(this.#key.of(event));
    return own ?? event.subject;
  }

  #break(watch: Watch, key: string, value: string, nowMs: number): readonly Alert[] {
    if (watch.breaking.has(key) || watch.breaking.size < MAX_KEYS) watch.breaking.set(key, nowMs);
    return this.#begin(watch, nowMs, { key, value });
  }

  #clear(watch: Watch, key: string, nowMs: number): readonly Alert[] {
    // Without a key of its own an event doesn't take back what another said.
    if ("match" in watch.rule && this.#key === null) return [];
    watch.breaking.delete(key);
    return watch.breaking.size === 0 ? this.#end(watch, nowMs) : [];
  }

  #forget(watch: Watch, nowMs: number): readonly Alert[] {
    if (this.#key !== null || watch.alert === null) return [];
    for (const [key, atMs] of watch.breaking) {
      if (nowMs - atMs >= MATCH_LASTS_MS) watch.breaking.delete(key);
    }
    return watch.breaking.size === 0 ? this.#end(watch, nowMs) : [];
  }

  #endQuiet(watch: Watch, nowMs: number): readonly Alert[] {
    return "notLiveSeconds" in watch.rule ? [] : this.#end(watch, nowMs);
  }

  #begin(watch: Watch, nowMs: number, of: Alert["of"]): readonly Alert[] {
    if (watch.alert !== null) return [];
    watch.alert = { rule: watch.rule, beganAtMs: nowMs, endedAtMs: null, of };
    return [watch.alert];
  }

  #end(watch: Watch, nowMs: number): readonly Alert[] {
    if (watch.alert === null) return [];
    const ended: Alert = { ...watch.alert, endedAtMs: nowMs };
    watch.alert = null;
    this.#past = [ended, ...this.#past].slice(0, MAX_PAST);
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
    if (condition === null || value === undefined || value === null) return undefined;
    const text = scalarText(value);
    if (text === null) return undefined;
    return isSo(condition, text, numberOf(value)) ? text : null;
  };
}
