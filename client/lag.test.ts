import { expect, test } from "vitest";
import { Lag } from "./lag.ts";

test("a late message shows that the link is behind, until one comes in time", () => {
  const lag = new Lag();
  // The publisher's clock is a minute ahead.
  lag.note(61_000, 1100);
  expect(lag.behindMs(20, 1100)).toBeNull();
  lag.note(62_000, 4600);
  expect(lag.behindMs(20, 4600)).toBe(2500);
  lag.note(65_000, 5200);
  expect(lag.behindMs(20, 5200)).toBeNull();
});

test("when a subject is quiet after a late message, only the round trip counts", () => {
  const lag = new Lag();
  lag.note(0, 100);
  lag.note(1000, 4100);
  expect(lag.behindMs(20, 9000)).toBe(3000);
  expect(lag.behindMs(20, 14_100)).toBeNull();
  expect(lag.behindMs(1500, 14_100)).toBe(1500);
});

test("a new link doesn't inherit the lag of the previous one", () => {
  const lag = new Lag();
  lag.note(0, 100);
  lag.note(1000, 4100);
  lag.restart();
  expect(lag.behindMs(null, 4100)).toBeNull();
});

test("a corrected clock looks like lag for at most two minutes, after which real lag is seen", () => {
  const lag = new Lag();
  let publishedAtMs = 0;
  const behindAfter = (seconds: number, delayMs: number) => {
    for (let turn = 0; turn < seconds; turn += 1) {
      publishedAtMs += 1000;
      lag.note(publishedAtMs, publishedAtMs + delayMs);
    }
    return lag.behindMs(20, publishedAtMs + delayMs);
  };
  expect(behindAfter(300, 40)).toBeNull();
  expect(behindAfter(50, 3040)).toBe(3000);
  expect(behindAfter(70, 3040)).toBeNull();
  expect(behindAfter(1, 5540)).toBe(2500);
});

test.each([
  ["this device's clock is put forward", 3_600_000, 0],
  ["the publisher's clock is set back", 0, -3_600_000],
])("no lag is reported when %s, and later real lag is", (_, nowMs, publishedMs) => {
  const lag = new Lag();
  const behindAfter = (sentMs: number, cameMs: number) => {
    lag.note(sentMs, cameMs);
    return lag.behindMs(20, cameMs);
  };
  expect(behindAfter(0, 100)).toBeNull();
  expect(behindAfter(publishedMs + 1000, nowMs + 1100)).toBeNull();
  expect(behindAfter(publishedMs + 2000, nowMs + 2140)).toBeNull();
  expect(behindAfter(publishedMs + 3000, nowMs + 8100)).toBe(5000);
});
