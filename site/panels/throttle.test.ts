import { expect, test } from "vitest";
import { Frames } from "./throttle.ts";

class Screen {
  #waiting: ((nowMs: number) => void)[] = [];
  readonly request = (callback: (nowMs: number) => void): void => {
    this.#waiting.push(callback);
  };
  get waiting(): number {
    return this.#waiting.length;
  }
  run(nowMs: number): void {
    const due = this.#waiting;
    this.#waiting = [];
    for (const callback of due) callback(nowMs);
  }
}

function storeOn(frames: Frames) {
  const state = { published: 0 };
  const publish = () => {
    state.published += 1;
  };
  return { note: () => frames.ask(publish), end: () => frames.forget(publish), state };
}

test("any number of changes are published once", () => {
  const screen = new Screen();
  const { note, state } = storeOn(new Frames(screen.request));
  for (let change = 0; change < 1000; change += 1) note();
  expect(screen.waiting).toBe(1);
  screen.run(0);
  expect(state.published).toBe(1);
  screen.run(16);
  expect(state.published).toBe(1);
  expect(screen.waiting).toBe(0);
});

test("publishes at most ten times a second, and never forgets the last change", () => {
  const screen = new Screen();
  const { note, state } = storeOn(new Frames(screen.request));
  for (let nowMs = 0; nowMs < 1000; nowMs += 16) {
    note();
    screen.run(nowMs);
  }
  expect(state.published).toBeLessThanOrEqual(10);
  const before = state.published;
  note();
  for (let nowMs = 1000; nowMs < 1200; nowMs += 16) screen.run(nowMs);
  expect(state.published).toBe(before + 1);
});

test.each([
  [16, 9, 10],
  [40, 4, 5],
  [100, 2, 3],
  // The page was hidden meanwhile.
  [1200, 1, 1],
])("with frames of %i ms, publishes %i to %i times a second", (frameMs, least, most) => {
  const screen = new Screen();
  const { note, state } = storeOn(new Frames(screen.request));
  for (let nowMs = 0; nowMs < 1000; nowMs += frameMs) {
    note();
    screen.run(nowMs);
  }
  expect(state.published).toBeGreaterThanOrEqual(least);
  expect(state.published).toBeLessThanOrEqual(most);
});

test("publishes as often as before once frames are quick again", () => {
  const screen = new Screen();
  const { note, state } = storeOn(new Frames(screen.request));
  const play = (fromMs: number, toMs: number, frameMs: number) => {
    for (let nowMs = fromMs; nowMs < toMs; nowMs += frameMs) {
      note();
      screen.run(nowMs);
    }
  };
  play(0, 2000, 100);
  play(2000, 6000, 16);
  const before = state.published;
  play(6000, 7000, 16);
  expect(state.published - before).toBeGreaterThanOrEqual(8);
});

test("only one store publishes in a frame, each in turn", () => {
  const screen = new Screen();
  const frames = new Frames(screen.request);
  const all = [storeOn(frames), storeOn(frames), storeOn(frames)];
  for (const { note } of all) note();
  const published = () => all.map(({ state }) => state.published);
  screen.run(0);
  expect(published()).toEqual([1, 0, 0]);
  all[0]?.note();
  screen.run(16);
  expect(published()).toEqual([1, 1, 0]);
  screen.run(32);
  expect(published()).toEqual([1, 1, 1]);
});

test("a closed store publishes nothing more", () => {
  const screen = new Screen();
  const { note, end, state } = storeOn(new Frames(screen.request));
  note();
  end();
  screen.run(0);
  expect(state.published).toBe(0);
  expect(screen.waiting).toBe(0);
});

test("a frame that is left to the reader's input publishes nothing, but never two in a row", () => {
  const screen = new Screen();
  const frames = new Frames(screen.request);
  const { note, state } = storeOn(frames);
  note();
  frames.yieldFrame();
  screen.run(0);
  expect(state.published).toBe(0);
  frames.yieldFrame();
  screen.run(16);
  expect(state.published).toBe(1);
});
