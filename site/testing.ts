/** Test helpers for the page's models. */

import { signal } from "@preact/signals";
import { onTestFinished, vi } from "vitest";
import type { Message, MessageHandler, Subscription } from "../client/index.ts";
import type { Feed } from "../contract/feed.ts";
import { Board } from "./board/board.ts";
import { readAuto } from "./content/reading.ts";
import { DecodeBudget } from "./panels/budget.ts";
import { type FeedEvent, type MalformedMessage, readMessage } from "./panels/entry.ts";
import type { KeyedRow } from "./panels/kept.ts";
import type { PanelParts } from "./panels/panel-model.ts";
import { PanelStore, type StoreParts } from "./panels/panel-store.ts";
import { PanelView } from "./panels/panel-view.ts";
import { Frames } from "./panels/throttle.ts";

const TITLE = { en: "Tasks", "pt-BR": "Tarefas" };

/** Stubs `localStorage` until the test is over, and returns its entries. */
export function stubMemory(remembered: Readonly<Record<string, string>> = {}): Map<string, string> {
  const kept = new Map(Object.entries(remembered).map(([name, value]) => [`mycelium.${name}`, value]));
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
    removeItem: (name: string) => kept.delete(name),
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  return kept;
}

/** A feed without rules for its events. */
export function feedOf(id: string, more: Partial<Feed> = {}): Feed {
  return { id, title: TITLE, subject: id, view: "table", columns: [], fields: [], ...more };
}

/** An event with this payload, as a panel keeps it. */
export function keptEvent(payload: string, more: Partial<FeedEvent> = {}): FeedEvent {
  const rules = { check: () => null, trace: null, key: null };
  const read = readMessage(messageOf(payload), readAuto, rules, 1, 0);
  if (read.kind !== "event") throw new Error(`no event: ${payload}`);
  return { ...read, ...more };
}

/** The row of a key with these events, newest first. */
export function keptKey(key: string, events: readonly FeedEvent[]): KeyedRow {
  const [latest = keptEvent("{}")] = events;
  return { kind: "keyed", key, latest, events };
}

/** A malformed message, as a panel keeps it. */
export function keptMalformed(payload: string, more: Partial<MalformedMessage> = {}): MalformedMessage {
  return {
    ...keptEvent(payload),
    kind: "malformed",
    problem: { reason: "empty", field: "payload" },
    ...more,
  };
}

/** A message as the client delivers it. */
export function messageOf(payload: string | Uint8Array, more: Partial<Message> = {}): Message {
  const data = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  return { subject: "t", data, isHistory: false, respond: () => false, ...more };
}

/** A clock that moves only when a test moves it. */
class TestClock {
  atMs = 1_000_000;
  readonly wallMs = () => this.atMs;
  readonly steadyMs = () => this.atMs;
}

const MOST_FRAMES = 100;

/** Animation frames that run only when a test calls `paint`. */
function testFrames(): { frames: Frames; paint: () => void } {
  let waiting: ((nowMs: number) => void)[] = [];
  let nowMs = 0;
  const paint = () => {
    // Callbacks that wait for time to pass request another frame each time.
    for (let frame = 0; waiting.length > 0 && frame < MOST_FRAMES; frame += 1) {
      nowMs += 100;
      const due = waiting;
      waiting = [];
      for (const callback of due) callback(nowMs);
    }
  };
  return { frames: new Frames((callback) => waiting.push(callback)), paint };
}

/** A store and its view, with a clock and frames that the test controls. */
export function viewOf(feed: Feed = feedOf("t"), parts: Partial<StoreParts> = {}) {
  const clock = new TestClock();
  const { frames, paint } = testFrames();
  const store = new PanelStore(feed, { budget: new DecodeBudget(), clock, frames, ...parts });
  const trace = signal<string | null>(null);
  const view = new PanelView(store, trace);
  /** Receives a message and paints it at once. */
  const receive = (payload: string | Uint8Array = "{}", more: Partial<Message> = {}) => {
    store.receive(messageOf(payload, more));
    paint();
  };
  return { view, store, trace, receive, clock, paint };
}

/** A board of plain panels, and the handlers that they subscribed. */
export function boardOf(...ids: readonly string[]) {
  const clock = new TestClock();
  const { frames, paint } = testFrames();
  const handlers = new Map<string, MessageHandler>();
  const client: Pick<PanelParts["client"], "subscribe"> = {
    subscribe(subject, handler) {
      handlers.set(subject, handler as MessageHandler);
      const subscription: Partial<Subscription> = {
        subject,
        status: "active",
        fault: null,
        onGap: () => () => {},
        onStatus: () => () => {},
        unsubscribe: () => handlers.delete(subject),
      };
      return subscription as Subscription;
    },
  };
  const board = new Board(
    ids.map((id) => feedOf(id)),
    {
      budget: new DecodeBudget(),
      clock,
      frames,
      client,
    },
  );
  return { board, panels: board.panels.value, handlers, paint, clock };
}
