import { type Signal, signal } from "@preact/signals";
import type { Alert } from "../content/alerts.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats, language } from "../i18n/i18n.ts";
import { alertWords, ruleIdOf } from "../panels/alert-words.ts";
import { onRemembered, recall, remember } from "../ui/memory.ts";

const MS_PER_MINUTE = 60_000;

/** Whether this browser's reader asked to be notified, and it allows that. */
export const notifies = chosen("notify", isAllowed);
/** Whether this browser's reader asked for a sound. */
export const sound = chosen("sound");

/** What is chosen here or in another tab, where it is allowed. */
function chosen(name: string, isAllowed = () => true): Signal<boolean> {
  const isOn = (remembered: string | null) => remembered === "on" && isAllowed();
  const now = signal(isOn(recall(name)));
  onRemembered(name, (remembered) => {
    now.value = isOn(remembered);
  });
  return now;
}

/** Notifies of alerts from now on, or no more; false where the browser doesn't allow it. */
export async function chooseNotify(wanted: boolean): Promise<boolean> {
  // A browser that has none allows none, and so does one that won't ask.
  const ask = async () => (await Notification.requestPermission()) === "granted";
  const isGranted = wanted && (await ask().catch(() => false));
  notifies.value = isGranted;
  remember("notify", isGranted ? "on" : null);
  return isGranted === wanted;
}

/** Plays a sound at alerts from now on, and once to be heard, or no more. */
export function chooseSound(wanted: boolean): void {
  sound.value = wanted;
  remember("sound", wanted ? "on" : null);
  if (wanted) void ring();
}

/** Notifies of an alert that begins and rings, if its reader asked for it; never throws. */
export function notify(alert: Alert): void {
  const { feed, beganAtMs, endedAtMs, of } = alert;
  if (endedAtMs !== null) return;
  if (sound.value) void ring();
  if (!notifies.value) return;
  const what = `${ruleIdOf(alert)} ${of?.key}`;
  // Of two with the same tag the browser shows the later, in place of the other and without a word.
  const tag = `${what} ${Math.floor(beganAtMs / MS_PER_MINUTE)}`;
  const body = alertWords(alert, language.value, allTexts.value, formats.value);
  void inOneTab(what, () => show(feed.title[language.value], { body, tag }));
}

/** Does something in one tab of the page where several ask for it at about the same time; in each where none can know. */
async function inOneTab(what: string, act: () => unknown): Promise<void> {
  const isOurs = new Promise<boolean>((tell) => {
    const hold = async (lock: Lock | null) => {
      tell(lock !== null);
      if (lock !== null) await new Promise((passed) => setTimeout(passed, BELL_MS));
    };
    const ask = async () => navigator.locks.request(`mycelium ${what}`, { ifAvailable: true }, hold);
    // There are no locks where the page came over http from elsewhere, or stands in a frame that has no storage.
    ask().catch(() => tell(true));
  });
  if (await isOurs) act();
}

/** Chrome for Android has notifications only from a service worker, and throws where a page makes one. */
async function show(title: string, options: NotificationOptions): Promise<void> {
  try {
    new Notification(title, options);
  } catch {
    const worker = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
    await worker?.showNotification(title, options).catch(() => {});
  }
}

function isAllowed(): boolean {
  return globalThis.Notification?.permission === "granted";
}

/** Two tones of a bell, a second long, quiet enough for an office. */
const TONES_HZ = [880, 660];
const TONE_S = 0.5;
const BELL_MS = 1000 * TONE_S * TONES_HZ.length;
const VOLUME = 0.2;
/** A bell that rings so long after its alert is taken for another's. */
const LATE_MS = 2000;

/** When it rang last: many alerts that begin together are one bell, as loud as for one. */
let rangAtMs = Number.NEGATIVE_INFINITY;

/** One for all tones: a browser allows a page only a few, and closes none that it doesn't let play. */
let bell: AudioContext | null = null;

/** Where the browser plays nothing before its reader has clicked, nothing is heard, then neither. */
async function ring(): Promise<void> {
  const askedAtMs = performance.now();
  try {
    bell ??= new AudioContext();
    const audio = bell;
    await audio.resume();
    const nowMs = performance.now();
    // Only now: a tab that may play nothing keeps none of the others silent.
    if (nowMs - askedAtMs >= LATE_MS || nowMs - rangAtMs < BELL_MS) return;
    rangAtMs = nowMs;
    await inOneTab("bell", () => play(audio));
  } catch {
    // There is nothing to play it on.
  }
}

function play(audio: AudioContext): void {
  for (const [index, frequency] of TONES_HZ.entries()) {
    const [tone, volume] = [new OscillatorNode(audio, { frequency }), new GainNode(audio)];
    const at = audio.currentTime + index * TONE_S;
    volume.gain.setValueAtTime(VOLUME, at);
    volume.gain.exponentialRampToValueAtTime(VOLUME / 100, at + TONE_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + TONE_S);
  }
}
