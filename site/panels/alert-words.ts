import type { AlertRule } from "../../contract/alert.ts";
import { parseCondition } from "../../contract/condition.ts";
import type { Feed } from "../../contract/feed.ts";
import { numberFormatter } from "../charts/number-lines.ts";
import type { Alert } from "../content/alerts.ts";
import { cellsOf } from "../content/cell.ts";
import { numberOf } from "../content/value.ts";
import type { AllTexts } from "../i18n/all-texts.ts";
import type { Formats } from "../i18n/format.ts";
import type { Language } from "../i18n/i18n.ts";

const MS_PER_SECOND = 1000;

/** A unique id of an alert: its rule and its beginning, since one event may break several rules. */
export function alertIdOf(alert: Alert): string {
  return `${alertRuleIdOf(alert)} ${alert.beganAtMs}`;
}

/** An id of the alert's rule, unique among all feeds. */
export function alertRuleIdOf({ feed, rule }: Pick<Alert, "feed" | "rule">): string {
  return `${feed.id} ${feed.alerts?.indexOf(rule)}`;
}

/** An alert in words: its title, or else its rule, then the key and value of the event that started it. */
export function alertWords(
  { feed, rule, trigger }: Alert,
  language: Language,
  texts: AllTexts,
  formats: Formats,
): string {
  const words = rule.title?.[language] ?? ruleWords(rule, texts, formats);
  if (trigger === null) return words;
  const value = "field" in rule ? `, ${valueWords(trigger.value, rule, feed, language, formats)}` : "";
  return `${words}: ${trigger.key}${value}`;
}

/** A value as its panel shows it; unrounded where rounding would make it look like the rule's limit. */
function valueWords(
  value: string,
  { field, when }: Extract<AlertRule, { readonly field: string }>,
  { columns, view }: Feed,
  language: Language,
  formats: Formats,
): string {
  const condition = parseCondition(when);
  const limit = condition === null ? "" : "number" in condition ? condition.number : condition.text;
  const column = columns.find((one) => one.field === field);
  const { digits: _, ...whole } = column ?? {};
  const drawn = numberFormatter(column, formats, language);
  const cellOf = cellsOf(column ?? {}, formats, language);
  const isDrawn = view === "chart" && numberOf(value) !== null;
  const shown = (of: string | number) => (isDrawn ? drawn(Number(of)) : cellOf(of).text);
  const text = shown(value);
  if (text === value || text !== shown(limit)) return text;
  return cellsOf({ ...whole, format: "number" }, formats, language)(value).text;
}

function ruleWords(rule: Alert["rule"], texts: AllTexts, formats: Formats): string {
  if ("quietSeconds" in rule) return texts.alertQuiet(formats.duration(rule.quietSeconds * MS_PER_SECOND));
  if ("quietTimes" in rule) return texts.alertQuietTimes(formats.number(rule.quietTimes));
  if ("notLiveSeconds" in rule)
    return texts.alertNotLive(formats.duration(rule.notLiveSeconds * MS_PER_SECOND));
  if ("match" in rule) return texts.alertMatch(rule.match);
  return `${rule.field} ${rule.when}`;
}
