import { expect, test } from "vitest";
import type { TimelineEntry } from "../../client/index.ts";
import { summarise } from "./summary.ts";

const live = (tookMs: number, downMs: number | null): TimelineEntry => ({
  type: "live",
  server: "ws://nats:8443",
  version: "2.15.1",
  tookMs,
  downMs,
  seq: 1,
  atMs: 0,
});

test("nothing seen, nothing said", () => {
  expect(summarise([])).toEqual({ recoveries: 0, meanConnectMs: null, meanDownMs: null });
});

test("a first connect is no recovery", () => {
  expect(summarise([live(10, null)])).toEqual({ recoveries: 0, meanConnectMs: 10, meanDownMs: null });
});

test("means of all connects and of all breaks", () => {
  expect(summarise([live(10, null), live(20, 1000), live(33, 2000)])).toEqual({
    recoveries: 2,
    meanConnectMs: 21,
    meanDownMs: 1500,
  });
});
