import { expect, test } from "vitest";
import { Repaint } from "./repaint.ts";

class Frames {
  #waiting: ((nowMs: number) => void)[] = [];
  request(callback: (nowMs: number) => void): void {
    this.#waiting.push(callback);
  }
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
  const frames = new Frames();
  const repaint = new Repaint(frames);
  for (let change = 0; change < 1000; change += 1) repaint.request();
  expect(frames.waiting).toBe(1);
  frames.run(0);
  expect(repaint.tick.value).toBe(1);
  expect(frames.waiting).toBe(0);
});

test("repaints at most ten times a second, and never forgets the last change", () => {
  const frames = new Frames();
  const repaint = new Repaint(frames);
  for (let nowMs = 0; nowMs < 1000; nowMs += 16) {
    repaint.request();
    frames.run(nowMs);
  }
  expect(repaint.tick.value).toBeLessThanOrEqual(10);
  const before = repaint.tick.value;
  frames.run(1200);
  expect(repaint.tick.value).toBe(before + 1);
  expect(frames.waiting).toBe(0);
});
