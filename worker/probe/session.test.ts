import { afterEach, expect, test, vi } from "vitest";
import type { ProbePlan } from "./plan.ts";
import { runSession } from "./session.ts";
import { ANYBODY } from "./testing.ts";

afterEach(() => vi.restoreAllMocks());

const SERVER = "ws://a.example";

/** The phases at a server that delays its answer to `isSlow` by `delayMs` of a fake clock. */
async function phasesOf(plan: ProbePlan, isSlow: RegExp, delayMs: number) {
  let nowMs = 1000;
  vi.spyOn(Date, "now").mockImplementation(() => nowMs);
  const { 0: ours, 1: theirs } = new WebSocketPair();
  theirs.binaryType = "arraybuffer";
  theirs.accept();
  const say = (text: string): void => theirs.send(new TextEncoder().encode(text));
  theirs.addEventListener("message", ({ data }) => {
    const text = new TextDecoder().decode(data as ArrayBuffer);
    if (isSlow.test(text)) nowMs += delayMs;
    if (text.startsWith("PUB")) say("-ERR 'Permissions Violation for Publish to \"x\"'\r\n");
    if (text.endsWith("PING\r\n")) say("PONG\r\n");
  });
  say('INFO {"server_id":"A","version":"2.15.0","proto":1,"max_payload":1024,"headers":true}\r\n');
  const { phases, outcome, mayPublish } = await runSession(ours, SERVER, plan, 60_000);
  return { outcome, mayPublish, phases: Object.fromEntries(phases.map((one) => [one.name, one.durationMs])) };
}

test("the time of the publication attempt counts for no phase", async () => {
  const seen = await phasesOf({ ...ANYBODY, publishTestServers: [SERVER] }, /^PUB/, 500);
  expect(seen).toEqual({
    outcome: "pong",
    mayPublish: false,
    phases: { info: 0, auth: 0, roundtrip: 0, subscribe: 0 },
  });
});

test("publishing is tried at the planned servers only", async () => {
  const seen = await phasesOf({ ...ANYBODY, publishTestServers: ["ws://b.example"] }, /^CONNECT/, 500);
  expect(seen).toEqual({
    outcome: "pong",
    mayPublish: null,
    phases: { info: 0, auth: 500, roundtrip: 0, subscribe: 0 },
  });
});
