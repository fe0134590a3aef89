import { type Signal, signal } from "@preact/signals";
import type { Alert } from "../content/alerts.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formats, language } from "../i18n/i18n.ts";
import { alertRuleIdOf, alertWords } from "../panels/alert-words.ts";
import { onRemembered, recall, remember } from "../ui/memory.ts";

const MS_PER_MINUTE = 60_000;

/** Whether notifications are turned on in this browser, and permitted. */
export const notifies = chosen("notify", isAllowed);
/** Whether the alert sound is turned on in this browser. */
export const sound = chosen("sound");

/** A setting shared by all tabs of the page; false while `isAllowed` says no. */
function chosen(name: string, isAllowed = () => true): Signal<boolean> {
  const isOn = (remembered: string | null) => remembered === "on" && isAllowed();
  const now = signal(isOn(recall(name)));
  onRemembered(name, (remembered) => {
    now.value = isOn(remembered);
  });
  return now;
}

/** Turns notifications on or off. Returns false when the browser doesn't permit them. */
export async function chooseNotify(wanted: boolean): Promise<boolean> {
  // A browser without notifications, or one that refuses to ask, counts as denying them.
  const ask = async () => (await Notification.requestPermission()) === "granted";
  const isGranted = wanted && (await ask().catch(() => false));
  notifies.value = isGranted;
  remember("notify", isGranted ? "on" : null);
  return isGranted === wanted;
}

/** Turns the alert sound on, playing it once as a sample, or off. */
export function chooseSound(wanted: boolean): void {
  sound.value = wanted;
  remember("sound", wanted ? "on" : null);
  if (wanted) void ring();
}

/** Shows a notification and plays the sound for an alert that begins, as far as each is turned on. Never throws. */
export function notify(alert: Alert): void {
  const { feed, beganAtMs, endedAtMs, trigger } = alert;
  if (endedAtMs !== null) return;
  if (sound.value) void ring();
  if (!notifies.value) return;
  const what = `${alertRuleIdOf(alert)} ${trigger?.key}`;
  // A notification silently replaces an earlier one with the same tag.
  const tag = `${what} ${Math.floor(beganAtMs / MS_PER_MINUTE)}`;
  const body = alertWords(alert, language.value, allTexts.value, formats.value);
  void inOneTab(what, () => show(feed.title[language.value], { body, tag }));
}

/** Runs `act` in only one of the tabs that ask for it at about the same time; without locks, in every tab. */
async function inOneTab(what: string, act: () => unknown): Promise<void> {
  const isOurs = new Promise<boolean>((resolve) => {
    const hold = async (lock: Lock | null) => {
      resolve(lock !== null);
      if (lock !== null) await new Promise((passed) => setTimeout(passed, BELL_MS));
    };
    const ask = async () => navigator.locks.request(`mycelium ${what}`, { ifAvailable: true }, hold);
    // Locks are missing on pages served over plain http, and refused in a frame without storage.
    ask().catch(() => resolve(true));
  });
  if (await isOurs) act();
}

/** Shows a notification. `new Notification` throws in Chrome for Android, which needs a service worker for it. */
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

/** The two tones of the bell, a second long and quiet enough for an office. */
const TONES_HZ = [880, 660];
const TONE_S = 0.5;
const BELL_MS = 1000 * TONE_S * TONES_HZ.length;
const VOLUME = 0.2;
/** Milliseconds after which a bell is too late: it would be taken for another alert's. */
const LATE_MS = 2000;

/** When the bell last rang. Alerts that begin together share one bell, no louder than for one alert. */
let rangAtMs = Number.NEGATIVE_INFINITY;

/** Shared by all tones: browsers allow a page few audio contexts, and never free one that isn't permitted to play. */
let bell: AudioContext | null = null;

/** Rings the bell. Browsers play nothing before the first click on the page; the bell is then skipped, not delayed. */
async function ring(): Promise<void> {
  const askedAtMs = performance.now();
  try {
    bell ??= new AudioContext();
    const audio = bell;
    await audio.resume();
    const nowMs = performance.now();
    // Lock only now, so that a tab that isn't permitted to play doesn't silence the other tabs.
    if (nowMs - askedAtMs >= LATE_MS || nowMs - rangAtMs < BELL_MS) return;
    rangAtMs = nowMs;
    await inOneTab("bell", () => play(audio));
  } catch {
    // This device has no audio output.
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
