import type { Feed } from "../../contract/feed.ts";
import type { Alert } from "../content/alerts.ts";
import type { TextsOf } from "../i18n/en.ts";
import type { Formats } from "../i18n/format.ts";
import type { Language } from "../i18n/i18n.ts";
import type { sheetsEn } from "../i18n/sheets-en.ts";

type Texts = TextsOf<typeof sheetsEn>;

const MS_PER_SECOND = 1000;

/** An alert and whose it is. */
export interface PanelAlert {
  readonly feed: Feed;
  readonly alert: Alert;
}

/** What tells an alert from all others: one event may break several rules of a feed. */
export function idOf({ feed, alert }: PanelAlert): string {
  return `${feed.id} ${feed.alerts?.indexOf(alert.rule)} ${alert.beganAtMs}`;
}

/** What an alert says: its own title, or its rule in words, and the event of which it began. */
export function alertWords({ rule, of }: Alert, language: Language, texts: Texts, formats: Formats): string {
  const words = rule.title?.[language] ?? ruleWords(rule, texts, formats);
  if (of === null) return words;
  return "field" in rule ? `${words}: ${of.key}, ${of.value}` : `${words}: ${of.key}`;
}

function ruleWords(rule: Alert["rule"], texts: Texts, formats: Formats): string {
  if ("quietSeconds" in rule) return texts.alertQuiet(formats.duration(rule.quietSeconds * MS_PER_SECOND));
  if ("quietTimes" in rule) return texts.alertQuietTimes(formats.number(rule.quietTimes));
  if ("notLiveSeconds" in rule)
    return texts.alertNotLive(formats.duration(rule.notLiveSeconds * MS_PER_SECOND));
  if ("match" in rule) return texts.alertMatch(rule.match);
  return `${rule.field} ${rule.when}`;
}
