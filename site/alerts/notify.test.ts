import { expect, onTestFinished, test, vi } from "vitest";
import type { Alert } from "../content/alerts.ts";
import { feedOf, stubMemory } from "../testing.ts";

/** Stub of a tone's volume. */
class Gain {
  readonly gain = { setValueAtTime: () => {}, exponentialRampToValueAtTime: () => {} };
  connect() {}
}

/** A stubbed audio output that counts the bell's tones. */
function stubAudio() {
  const rung = { tones: 0 };
  class Tone {
    connect = (to: unknown) => to;
    start = () => {
      rung.tones += 1;
    };
    stop = () => {};
  }
  class Bell {
    readonly currentTime = 0;
    resume = async () => {};
  }
  vi.stubGlobal("AudioContext", Bell);
  vi.stubGlobal("OscillatorNode", Tone);
  vi.stubGlobal("GainNode", Gain);
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  return rung;
}

/** A tab of the page, whose storage is shared with the other tabs. */
async function openTab() {
  vi.resetModules();
  const { chooseNotify, chooseSound, notifies, notify, sound } = await import("./notify.ts");
  const rule = { quietSeconds: 5 };
  const feed = feedOf("a", { alerts: [rule] });
  const tell = (more: Partial<Alert>) =>
    notify({ feed, rule, beganAtMs: Date.now(), endedAtMs: null, trigger: null, ...more });
  const begin = (key?: string) => tell(key === undefined ? {} : { trigger: { key, value: "90" } });
  const end = () => tell({ endedAtMs: Date.now() });
  return { chooseNotify, chooseSound, notifies, begin, end, sound };
}

/** Web Locks: only one tab at a time holds a lock of a name. */
class Locks {
  readonly #held = new Set<string>();
  async request(name: string, _: object, take: (lock: object | null) => Promise<void>): Promise<void> {
    if (this.#held.has(name)) return take(null);
    this.#held.add(name);
    await take({});
    this.#held.delete(name);
  }
}

test("an alert seen by two tabs rings once, and turning the sound off in one tab turns it off in both", async () => {
  const rung = stubAudio();
  vi.stubGlobal("navigator", { locks: new Locks() });
  const changed = new EventTarget();
  vi.stubGlobal("addEventListener", changed.addEventListener.bind(changed));
  const choose = (newValue: string | null) =>
    changed.dispatchEvent(Object.assign(new Event("storage"), { key: "mycelium.sound", newValue }));
  const tabs = [await openTab(), await openTab()];
  choose("on");
  expect(tabs.map(({ sound }) => sound.value)).toEqual([true, true]);
  for (const { begin } of tabs) begin();
  await vi.advanceTimersByTimeAsync(1000);
  expect(rung.tones).toBe(2);
  for (const { begin } of tabs.toReversed()) begin();
  await vi.advanceTimersByTimeAsync(1000);
  expect(rung.tones).toBe(4);
  choose(null);
  for (const { begin } of tabs) begin();
  await vi.advanceTimersByTimeAsync(1000);
  expect(rung.tones).toBe(4);
});

/** The notifications shown, and the storage that the tabs share. */
function stubTold() {
  const notes: NotificationOptions[] = [];
  class Note {
    static permission = "granted";
    static requestPermission = async () => Note.permission;
    constructor(_: string, options: NotificationOptions) {
      notes.push(options);
    }
  }
  const kept = stubMemory({ sound: "on", notify: "on" });
  vi.stubGlobal("Notification", Note);
  vi.stubGlobal("addEventListener", () => {});
  return Object.assign(notes, { kept, Note });
}

test("two tabs show one notification for an alert, and equal alerts within a minute share a tag", async () => {
  stubAudio();
  vi.setSystemTime(600_000);
  const notes = stubTold();
  vi.stubGlobal("navigator", { locks: new Locks() });
  const tabs = [await openTab(), await openTab()];
  for (const { begin } of tabs) begin("k");
  await vi.advanceTimersByTimeAsync(1000);
  expect(notes).toHaveLength(1);
  for (const { begin } of tabs) begin("k");
  for (const { begin } of tabs) begin("other");
  await vi.advanceTimersByTimeAsync(59_000);
  for (const { begin } of tabs) begin("k");
  await vi.advanceTimersByTimeAsync(1000);
  const [first, again, other, later] = notes.map(({ tag }) => tag);
  expect(notes).toHaveLength(4);
  expect(again).toBe(first);
  expect(new Set([first, other, later]).size).toBe(3);
});

test("notifications and sound are remembered; the end of an alert isn't notified", async () => {
  const [rung, notes] = [stubAudio(), stubTold()];
  vi.stubGlobal("navigator", { locks: new Locks() });
  const { chooseNotify, chooseSound, notifies, begin, end, sound } = await openTab();
  end();
  await vi.advanceTimersByTimeAsync(1000);
  expect([rung.tones, notes.length]).toEqual([0, 0]);
  chooseSound(false);
  expect(await chooseNotify(false)).toBe(true);
  expect([notifies.value, sound.value, [...notes.kept.keys()]]).toEqual([false, false, []]);
  begin();
  await vi.advanceTimersByTimeAsync(1000);
  expect([rung.tones, notes.length]).toEqual([0, 0]);
  chooseSound(true);
  expect(await chooseNotify(true)).toBe(true);
  expect([
    notifies.value,
    sound.value,
    notes.kept.get("mycelium.notify"),
    notes.kept.get("mycelium.sound"),
  ]).toEqual([true, true, "on", "on"]);
  // The permission was withdrawn in the browser's settings.
  notes.Note.permission = "denied";
  expect((await openTab()).notifies.value).toBe(false);
});

test.each([
  ["has none", undefined],
  ["won't ask", { requestPermission: () => Promise.reject(new TypeError("not here")) }],
])("a browser that %s can't notify, and turning notifications on reports that", async (_, notification) => {
  stubAudio();
  stubTold();
  vi.stubGlobal("Notification", notification);
  const { chooseNotify, notifies } = await openTab();
  expect(notifies.value).toBe(false);
  expect([await chooseNotify(true), await chooseNotify(false)]).toEqual([false, true]);
});

test("a tab that isn't allowed to play sound doesn't silence the other tabs", async () => {
  const [rung, notes] = [stubAudio(), stubTold()];
  vi.stubGlobal("navigator", { locks: new Locks() });
  const audible = AudioContext;
  const [silent, clicked] = [await openTab(), await openTab()];
  vi.stubGlobal("AudioContext", undefined);
  silent.begin();
  await vi.advanceTimersByTimeAsync(0);
  vi.stubGlobal("AudioContext", audible);
  clicked.begin();
  await vi.advanceTimersByTimeAsync(1000);
  expect([rung.tones, notes.length]).toEqual([2, 1]);
});

test("alerts that begin together ring once; an alert after the bell has ended rings again", async () => {
  const rung = stubAudio();
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("addEventListener", () => {});
  const { chooseSound, begin } = await openTab();
  chooseSound(true);
  await vi.advanceTimersByTimeAsync(1000);
  expect(rung.tones).toBe(2);
  for (let alert = 0; alert < 20; alert += 1) begin();
  await vi.advanceTimersByTimeAsync(999);
  begin();
  await vi.advanceTimersByTimeAsync(0);
  expect(rung.tones).toBe(4);
  await vi.advanceTimersByTimeAsync(1);
  begin();
  await vi.advanceTimersByTimeAsync(0);
  expect(rung.tones).toBe(6);
});
