import { signal } from "@preact/signals";
import { formats, language } from "../i18n/i18n.ts";
import { sheetTexts } from "../i18n/sheets.ts";
import { recall, remember } from "../ui/memory.ts";
import { alertWords } from "./alert-words.ts";
import type { PanelAlert } from "./board-alerts.ts";

const chosen = signal(recall("notify") === "on" && isAllowed());

/** Whether this browser's reader asked to be notified, and it allows that. */
export const notifies = chosen;

/** Notifies of alerts from now on, or no more; false where the browser doesn't allow it. */
export async function chooseNotify(wanted: boolean): Promise<boolean> {
  const isGranted =
    wanted && "Notification" in globalThis && (await Notification.requestPermission()) === "granted";
  chosen.value = isGranted;
  remember("notify", isGranted ? "on" : null);
  return isGranted === wanted;
}

/** Notifies of an alert that begins, if its reader asked for it. */
export function notify({ feed, alert }: PanelAlert): void {
  if (!chosen.value || alert.endedAtMs !== null || !isAllowed()) return;
  const body = alertWords(alert, language.value, sheetTexts.value, formats.value);
  new Notification(feed.title[language.value], { body, tag: `${feed.id} ${alert.beganAtMs}` });
}

function isAllowed(): boolean {
  return "Notification" in globalThis && Notification.permission === "granted";
}
