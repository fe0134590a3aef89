import { describe, expect, test } from "vitest";
import { classify, isUsable } from "./classify.ts";
import type { Ending, ProbeEvidence, SessionEvidence, UpgradeEvidence } from "./evidence.ts";

const lost: UpgradeEvidence = { outcome: "failed", isInternal: false };
const hidden: UpgradeEvidence = { outcome: "failed", isInternal: true };
const timeout: UpgradeEvidence = { outcome: "timeout" };
const opened: UpgradeEvidence = { outcome: "open", httpStatus: 101 };
const answered = (httpStatus: number): UpgradeEvidence => ({
  outcome: "answered",
  httpStatus,
  body: "",
});
const any = { isMixedContent: false, hasCredentials: false, refusesOrigin: false } as const;
const named = { ...any, isSecure: false, isAddress: false } as const;
const address = { ...any, isSecure: false, isAddress: true } as const;
const secure = { ...any, isSecure: true, isAddress: true } as const;
const session = (seen: Ending): SessionEvidence => ({
  infoReceived: true,
  mayPublish: false,
  phases: [],
  ...seen,
});

const CASES: readonly (readonly [name: string, evidence: ProbeEvidence, kind: string, confidence: string])[] =
  [
    ["lost, TCP refused", { ...address, upgrade: lost, tcp: "refused" }, "refused", "likely"],
    ["hidden, TCP refused, an address", { ...secure, upgrade: hidden, tcp: "refused" }, "refused", "likely"],
    [
      "hidden, refused, name known",
      { ...named, upgrade: hidden, tcp: "refused", dns: "found" },
      "refused",
      "likely",
    ],
    [
      "hidden, refused, name unknown",
      { ...named, upgrade: hidden, tcp: "refused", dns: "not-found" },
      "dns",
      "certain",
    ],
    [
      "refused, a name that only the runtime's own resolver knows",
      { ...named, upgrade: lost, tcp: "refused", dns: "not-found" },
      "refused",
      "likely",
    ],
    [
      "hidden, refused, no resolver",
      { ...named, upgrade: hidden, tcp: "refused", dns: "unknown" },
      "dns",
      "likely",
    ],
    ["lost, TCP hangs", { ...address, upgrade: lost, tcp: "timeout" }, "timeout", "likely"],
    ["timeout, TCP open", { ...address, upgrade: timeout, tcp: "unknown" }, "timeout", "certain"],
    ["timeout, TCP speaks NATS", { ...address, upgrade: timeout, tcp: "nats" }, "wrong-port", "certain"],
    ["hidden over TLS, speaks NATS", { ...secure, upgrade: hidden, tcp: "nats" }, "wrong-port", "certain"],
    ["hidden over TLS, speaks HTTP", { ...secure, upgrade: hidden, tcp: "http" }, "tls", "certain"],
    ["hidden over TLS, silent", { ...secure, upgrade: hidden, tcp: "unknown" }, "tls", "likely"],
    ["lost, TCP speaks TLS", { ...address, upgrade: lost, tcp: "tls" }, "tls", "certain"],
    ["lost, TCP open, silent", { ...address, upgrade: lost, tcp: "unknown" }, "not-nats", "likely"],
    ["lost, nothing else seen", { ...address, upgrade: lost }, "unreachable", "possible"],
    ["200", { ...address, upgrade: answered(200) }, "not-nats", "certain"],
    ["301", { ...address, upgrade: answered(301) }, "upgrade-rejected", "certain"],
    ["401", { ...address, upgrade: answered(401) }, "upgrade-rejected", "certain"],
    ["521, Cloudflare's refused", { ...named, upgrade: answered(521) }, "refused", "likely"],
    ["522, Cloudflare's timeout", { ...named, upgrade: answered(522) }, "timeout", "likely"],
    ["530, Cloudflare's DNS", { ...named, upgrade: answered(530) }, "dns", "likely"],
  ];

describe("evidence of the way to the server", () => {
  test.each(CASES)("%s", (_name, evidence, kind, confidence) => {
    expect(classify(evidence)).toEqual({ kind, confidence });
  });
});

const SESSIONS: readonly (readonly [name: string, seen: Ending, kind: string])[] = [
  ["Authorization Violation", { outcome: "err", errText: "Authorization Violation" }, "auth-required"],
  [
    "the same as a close reason",
    { outcome: "closed", closeReason: "Authorization Violation" },
    "auth-required",
  ],
  ["expired", { outcome: "err", errText: "User Authentication Expired" }, "auth-expired"],
  ["full", { outcome: "err", errText: "maximum connections exceeded" }, "max-connections"],
  [
    "the account is full",
    { outcome: "err", errText: "maximum account active connections exceeded" },
    "max-connections",
  ],
  ["an unknown -ERR", { outcome: "err", errText: "?" }, "unknown"],
  ["closed with 1001", { outcome: "closed", closeCode: 1001, closeReason: "" }, "server-shutdown"],
  ["closed after INFO", { outcome: "closed", closeCode: 1006, closeReason: "" }, "unreachable"],
  ["silent", { outcome: "timeout", waitedMs: 1800 }, "timeout"],
];

describe("evidence of the session", () => {
  test.each(SESSIONS)("%s", (_name, seen, kind) => {
    expect(classify({ ...address, upgrade: opened, session: session(seen) })?.kind).toBe(kind);
  });

  test("with credentials, a refused login is auth-rejected", () => {
    const refused = session({ outcome: "err", errText: "Authorization Violation" });
    const seen = { ...address, hasCredentials: true, upgrade: opened, session: refused };
    expect(classify(seen)?.kind).toBe("auth-rejected");
  });

  test.each([
    ["nothing else", { outcome: "pong" }, "may-publish"],
    [
      "a feed that may not be read",
      { outcome: "err", errText: 'Permissions Violation for Subscription to "a"' },
      "may-publish",
    ],
    ["a stream that can't be read", { outcome: "no-history" }, "may-publish"],
    ["a server that fell silent", { outcome: "timeout", waitedMs: 1800 }, undefined],
  ] as const)("of credentials that may publish and %s, the worse is reported", (_name, seen, explanation) => {
    const talk = { ...session(seen), mayPublish: true };
    expect(classify({ ...address, upgrade: opened, session: talk })?.explanation).toBe(explanation);
  });

  test.each([
    ["nothing else", { outcome: "pong" }, "origin-refused"],
    ["credentials that may publish", { outcome: "pong", mayPublish: true }, "origin-refused"],
    ["a stream that can't be read", { outcome: "no-history" }, "origin-refused"],
    [
      "a feed that may not be read",
      { outcome: "err", errText: 'Permissions Violation for Subscription to "a"' },
      "origin-refused",
    ],
    [
      "too many subscriptions",
      { outcome: "err", errText: "maximum subscriptions exceeded" },
      "origin-refused",
    ],
    ["a server that fell silent", { outcome: "timeout", waitedMs: 1800 }, undefined],
  ] as const)("of a refused origin and %s, the worse is reported", (_name, seen, explanation) => {
    const talk = { ...session(seen), ...seen };
    const verdict = classify({ ...address, upgrade: opened, refusesOrigin: true, session: talk });
    expect(verdict?.explanation).toBe(explanation);
  });

  // From these faults, the page would conclude that only its own browser can't reach the server.
  test.each([
    ["credentials that are refused", { outcome: "err", errText: "Authorization Violation" }],
    ["a server that is full", { outcome: "closed", closeReason: "Maximum Connections Exceeded" }],
  ] as const)("a refused origin is reported before %s, and is still an outage", (_name, seen) => {
    const verdict = classify({
      ...address,
      upgrade: opened,
      refusesOrigin: true,
      session: session(seen),
    });
    expect(verdict).toMatchObject({ kind: "upgrade-rejected", explanation: "origin-refused" });
    expect(isUsable(verdict)).toBe(false);
  });

  test.each([
    ["what is no NATS", { outcome: "unreadable", infoReceived: false, firstBytes: "HELLO" }, "not-nats"],
    ["a flood", { outcome: "flood" }, "protocol"],
    [
      "a message that is too long",
      { outcome: "closed", closeCode: 1009, closeReason: "" },
      "payload-too-large",
    ],
    ["a server that stops", { outcome: "closed", closeReason: "Server Shutdown" }, "server-shutdown"],
    ["what nobody knows", { outcome: "err", errText: "?" }, "unknown"],
  ] as const)("a refused origin doesn't hide %s", (_name, seen, kind) => {
    const talk = { ...session(seen), ...seen };
    const verdict = classify({ ...address, upgrade: opened, refusesOrigin: true, session: talk });
    expect(verdict?.kind).toBe(kind);
  });

  test("a refused origin alone is a warning", () => {
    const pong = session({ outcome: "pong" });
    const verdict = classify({ ...address, upgrade: opened, refusesOrigin: true, session: pong });
    expect(isUsable(verdict)).toBe(true);
  });

  test("a PONG means no fault", () => {
    expect(classify({ ...address, upgrade: opened, session: session({ outcome: "pong" }) })).toBeNull();
  });
});
