import { expect, test } from "vitest";
import { type ConnectionState, fault, type TimelineEvent } from "../../client/index.ts";
import { allTexts } from "../i18n/all-texts.ts";
import { formatsFor } from "../i18n/format.ts";
import { bannerFault, calmWords, nextStepWords, sinceWords } from "./banner-words.ts";
import { evidenceLines } from "./evidence-list.tsx";
import { pillIcon, pillWords } from "./pill-words.ts";
import { timelineLine } from "./timeline-words.ts";

const en = allTexts.value;
const formats = formatsFor("en");
const NOW = 100_000;
const unreachable = fault("unreachable", { server: "ws://nats:8443" });

function retrying(status: "connecting" | "reconnecting" | "failed", more: object = {}): ConnectionState {
  return {
    status,
    sinceMs: NOW - 5000,
    fault: unreachable,
    attempt: 3,
    failedAttempts: 2,
    nextAttemptAtMs: NOW + 3200,
    waitingForNetwork: false,
    ...more,
  };
}

test.each<[ConnectionState, string]>([
  [{ status: "idle", sinceMs: 0 }, "Off"],
  [retrying("connecting", { attempt: 1, nextAttemptAtMs: null, fault: null }), "Connecting…"],
  [retrying("connecting", { nextAttemptAtMs: null }), "Connecting… (attempt 3)"],
  [retrying("connecting"), "Retrying in 4 s (attempt 3)"],
  [retrying("reconnecting"), "Reconnecting in 4 s (attempt 3)"],
  [retrying("reconnecting", { nextAttemptAtMs: null }), "Reconnecting… (attempt 3)"],
  [retrying("reconnecting", { nextAttemptAtMs: NOW - 50 }), "Reconnecting in 0 s (attempt 3)"],
  [retrying("reconnecting", { waitingForNetwork: true }), "Waiting for the network"],
  [{ status: "stopping", sinceMs: 0 }, "Stopping…"],
  [{ status: "stopped", sinceMs: 0, outcome: "drained" }, "Stopped"],
  [retrying("failed"), "Failed"],
  [retrying("failed", { waitingForNetwork: true }), "Waiting for the network"],
])("pill: %o", (state, words) => {
  expect(pillWords(state, null, NOW, en, formats)).toBe(words);
});

test.each<[ConnectionState, string]>([
  [retrying("connecting", { nextAttemptAtMs: null }), "spinner"],
  [retrying("failed", { nextAttemptAtMs: null }), "spinner"],
  [retrying("failed"), "retry"],
  [retrying("failed", { waitingForNetwork: true }), "offline"],
  [{ status: "stopped", sinceMs: 0, outcome: "drained" }, "stop"],
])("the pill's icon: %o", (state, icon) => {
  expect(pillIcon(state)).toBe(icon);
});

test("the pill says how far a slow link is behind", () => {
  const live = { status: "live", sinceMs: 0 } as ConnectionState;
  expect(pillWords(live, null, NOW, en, formats)).toBe("Live");
  expect(pillWords(live, 1250, NOW, en, formats).replaceAll("\u00a0", " ")).toMatch(/^Slow: 1\.3 s behind$/);
});

test("the banner says what happens next", () => {
  const next = (state: ConnectionState) => nextStepWords(state, NOW, en, formats);
  for (const status of ["connecting", "reconnecting", "failed"] as const) {
    expect(next(retrying(status))).toBe("Next attempt in 4\u00a0s");
    expect(next(retrying(status, { nextAttemptAtMs: null }))).toBe("Trying now…");
    const waiting = retrying(status, { nextAttemptAtMs: null, waitingForNetwork: true });
    expect(next(waiting)).toBe(en.bannerWaitingForNetwork);
  }
  // A live link that was lost: no attempt has failed yet.
  const lost = { fault: fault("auth-expired"), failedAttempts: 0, nextAttemptAtMs: null };
  expect(next(retrying("failed", lost))).toBe("Trying now…");
  expect(next({ status: "stopped", sinceMs: 0, outcome: "drained" })).toBeNull();
});

test('the banner says since when, and "for everyone" only if the edge fails too', () => {
  const since = (state: ConnectionState, seen = unreachable, isFirst = state.status === "connecting") =>
    sinceWords(state, isFirst, seen, en, formats);
  const time = formats.time(NOW - 5000);
  const edge = { status: "fail", fault: "refused", time: "2026-11-24T12:00:00Z" } as const;
  expect(since(retrying("reconnecting"))).toBe(`since ${time}`);
  // The server was never reached, so it isn't known since when it is down.
  expect(since(retrying("connecting"))).toBe(`trying since ${time}`);
  expect(since(retrying("failed"), unreachable, true)).toBe(`trying since ${time}`);
  expect(since(retrying("failed"), unreachable, false)).toBe(`since ${time}`);
  expect(since(retrying("connecting", { waitingForNetwork: true }))).toBe(`since ${time}`);
  expect(since(retrying("reconnecting"), fault("refused", { edge }))).toBe(
    `down for everyone, since ${time}`,
  );
  const blocked = { ...unreachable, evidence: { edge }, explanation: "blocked-here" } as const;
  expect(since(retrying("reconnecting"), blocked)).toBe(`since ${time}`);
});

test('the sentence for viewers doesn\'t say "interrupted" before the first connection', () => {
  expect(calmWords(true, unreachable, en).what).toBe("Live data isn't available yet.");
  expect(calmWords(false, unreachable, en).what).toBe("Live data is interrupted.");
  expect(calmWords(true, fault("mixed-content"), en).what).toBe(en.bannerCalmStuck);
});

test("the banner doesn't flash for a break shorter than a second", () => {
  expect(bannerFault(retrying("reconnecting", { sinceMs: NOW - 999 }), NOW)).toBeNull();
  expect(bannerFault(retrying("reconnecting", { sinceMs: NOW - 1000 }), NOW)).toBe(unreachable);
  // The clock was set back in the meantime.
  expect(bannerFault(retrying("reconnecting", { sinceMs: NOW + 3_600_000 }), NOW)).toBe(unreachable);
});

test("the banner shows a failed first connection at once, and nothing after a normal stop", () => {
  expect(bannerFault(retrying("connecting", { sinceMs: NOW }), NOW)).toBe(unreachable);
  expect(bannerFault({ status: "stopped", sinceMs: NOW, outcome: "drained" }, NOW)).toBeNull();
});

test("evidence: missing values have no line", () => {
  expect(evidenceLines(fault("stale"), en, formats).map(([label]) => label)).toEqual(["Fault", "Confidence"]);
});

test("evidence: the edge's view is shown with its output", () => {
  const time = "2026-11-24T12:00:00Z";
  const edge = { status: "fail", fault: "refused", output: "nothing listens", time } as const;
  const lines = new Map(evidenceLines(fault("refused", { edge, closeCode: 1006 }), en, formats));
  expect(lines.get("Close frame")).toBe("1006");
  expect(lines.get("Seen from the edge")).toMatch(/^can't reach NATS · refused · nothing listens · /);
});

test.each<[TimelineEvent, string, string | null]>([
  [{ type: "dial", attempt: 2, server: "ws://nats:8443" }, "Attempt 2: connecting to ws://nats:8443", null],
  [
    { type: "dial-failed", attempt: 2, fault: unreachable, retryInMs: 1500 },
    "Attempt 2 failed: ws://nats:8443 can't be reached from this browser.",
    "next attempt in 1.5\u00a0s",
  ],
  // Without a network the client doesn't dial; it continues when the network is back.
  [
    { type: "dial-failed", attempt: 2, fault: unreachable, retryInMs: null },
    "Attempt 2 failed: ws://nats:8443 can't be reached from this browser.",
    "next attempt once this device is online",
  ],
  [
    { type: "handover-failed", reason: "lame-duck", fault: unreachable, retryInMs: 1000 },
    "Moving to a new connection failed: ws://nats:8443 can't be reached from this browser.",
    "next attempt in 1\u00a0s",
  ],
  // Missed messages are reported by gaps, some of which are known only later.
  [
    { type: "handover", reason: "renewal", server: "ws://nats:8443" },
    "Moved to a new connection on ws://nats:8443",
    "new credentials",
  ],
  [
    { type: "live", server: "ws://nats:8443", version: "2.15.1", tookMs: 12, downMs: 42_000 },
    "Live on ws://nats:8443 (nats-server 2.15.1) after 12\u00a0ms",
    "recovered after 42\u00a0s",
  ],
  [{ type: "closed", outcome: "cut" }, "Closed: cut off at the deadline", null],
  [{ type: "closed", outcome: "closing" }, "Closed: the server didn't answer in time", null],
  [
    {
      type: "gap",
      kind: "break",
      subject: "a.b",
      subjects: 1,
      fromMs: 0,
      toMs: 61_000,
      missing: { exactly: 0 },
      recovered: 1,
    },
    "Gap on a.b: 1\u00a0min 1\u00a0s",
    "1 message recovered",
  ],
])("timeline: %o", (event, words, more) => {
  expect(timelineLine({ ...event, seq: 1, atMs: 0 }, en, formats)).toMatchObject({ words, more });
});
