import { expect, test } from "vitest";
import { Frames, Repaint } from "./repaint.ts";

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

test("any number of changes make one repaint", () => {
  const screen = new Screen();
  const repaint = new Repaint(new Frames(screen.request));
  for (let change = 0; change < 1000; change += 1) repaint.request();
  expect(screen.waiting).toBe(1);
  screen.run(0);
  expect(repaint.tick.value).toBe(1);
  expect(screen.waiting).toBe(0);
});

test("repaints at most ten times a second, and never forgets the last change", () => {
  const screen = new Screen();
  const repaint = new Repaint(new Frames(screen.request));
  for (let nowMs = 0; nowMs < 1000; nowMs += 16) {
    repaint.request();
    screen.run(nowMs);
  }
  expect(repaint.tick.value).toBeLessThanOrEqual(10);
  const before = repaint.tick.value;
  screen.run(1200);
  expect(repaint.tick.value).toBe(before + 1);
  expect(screen.waiting).toBe(0);
});

test("repaints one part in a frame, each in its turn, however many have changed", () => {
  const screen = new Screen();
  const frames = new Frames(screen.request);
  const parts = [new Repaint(frames), new Repaint(frames), new Repaint(frames)];
  const ticks = () => parts.map(({ tick }) => tick.value);
  const painted: number[][] = [];
  for (const nowMs of [0, 16, 32, 48, 100, 116, 132]) {
    for (const part of parts) part.request();
    screen.run(nowMs);
    painted.push(ticks());
  }
  expect(painted).toEqual([
    [1, 0, 0],
    [1, 1, 0],
    [1, 1, 1],
    [1, 1, 1],
    [2, 1, 1],
    [2, 2, 1],
    [2, 2, 2],
  ]);
});

test("on a page that paints rarely no part waits for ever", () => {
  const screen = new Screen();
  const frames = new Frames(screen.request);
  const parts = [new Repaint(frames), new Repaint(frames)];
  for (let nowMs = 0; nowMs < 4000; nowMs += 1000) {
    for (const part of parts) part.request();
    screen.run(nowMs);
  }
  expect(parts.map(({ tick }) => tick.value)).toEqual([2, 2]);
});
