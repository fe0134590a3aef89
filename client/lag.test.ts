import { expect, test } from "vitest";
import { Lag } from "./lag.ts";

test("a message that comes later than others did shows a link that is behind, until the next one doesn't", () => {
  const lag = new Lag();
  // The publisher's clock is a minute ahead.
  lag.note(61_000, 1100);
  expect(lag.behindMs(20, 1100)).toBeNull();
  lag.note(62_000, 4600);
  expect(lag.behindMs(20, 4600)).toBe(2500);
  lag.note(65_000, 5200);
  expect(lag.behindMs(20, 5200)).toBeNull();
});

test("a subject that falls quiet after a late message leaves the verdict to the round trips", () => {
  const lag = new Lag();
  lag.note(0, 100);
  lag.note(1000, 4100);
  expect(lag.behindMs(20, 9000)).toBe(3000);
  expect(lag.behindMs(20, 14_100)).toBeNull();
  expect(lag.behindMs(1500, 14_100)).toBe(1500);
});

test("another link says nothing of the one before", () => {
  const lag = new Lag();
  lag.note(0, 100);
  lag.note(1000, 4100);
  lag.restart();
  expect(lag.behindMs(null, 4100)).toBeNull();
});
