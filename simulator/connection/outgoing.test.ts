import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Transport } from "../listeners/transport.ts";
import { Outgoing } from "./outgoing.ts";

const DEADLINE_MS = 1000;

let buffered: number;
let slow: string[];
let outgoing: Outgoing;

beforeEach(() => {
  vi.useFakeTimers();
  buffered = 0;
  slow = [];
  const transport = {
    get bufferedBytes() {
      return buffered;
    },
    send: (bytes: Buffer) => {
      buffered += bytes.length;
    },
  } as Transport;
  outgoing = new Outgoing(transport, {
    maxPendingBytes: 1_000_000,
    writeDeadlineMs: DEADLINE_MS,
    flushLater: (one) => one.flush(),
    onSlow: (cause) => slow.push(cause),
  });
});
afterEach(() => {
  vi.useRealTimers();
});

test("a client that reads nothing becomes a slow consumer at its write deadline", () => {
  outgoing.sendText("x".repeat(100));
  vi.advanceTimersByTime(DEADLINE_MS - 1);
  outgoing.sendText("y");
  expect(slow).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(slow).toEqual(["slowConsumerWriteDeadline"]);
});

test("a client that keeps reading a constant backlog is not a slow consumer", () => {
  for (let turn = 0; turn < 100; turn++) {
    outgoing.sendText("x".repeat(100));
    // Half of it: it is never all gone, and no transport says that it drained.
    buffered -= Math.floor(buffered / 2);
    vi.advanceTimersByTime(DEADLINE_MS / 10);
  }
  expect(slow).toEqual([]);
  vi.advanceTimersByTime(2 * DEADLINE_MS);
  expect(slow).toEqual(["slowConsumerWriteDeadline"]);
});

test("a silenced client has no write deadline for earlier output", () => {
  outgoing.sendText("x".repeat(100));
  outgoing.mute();
  outgoing.sendText("y");
  vi.advanceTimersByTime(2 * DEADLINE_MS);
  expect(slow).toEqual([]);
});
