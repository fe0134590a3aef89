import { describe, expect, test } from "vitest";
import { FaultError } from "../errors.ts";
import {
  classifyDial,
  classifyLoss,
  classifySocketFailure,
  classifyText,
  parsePermissionViolation,
} from "./classify.ts";
import { type Evidence, type FaultKind, fault } from "./fault.ts";

describe("the server's -ERR texts", () => {
  const cases: readonly [string, FaultKind | null][] = [
    ["Authorization Violation", "auth-rejected"],
    ["User Authentication Expired", "auth-expired"],
    ["Account Authentication Expired", "auth-expired"],
    ["User Authentication Revoked", "auth-revoked"],
    ["Authentication Timeout", "timeout"],
    ['Permissions Violation for Subscription to "a.b"', "permission"],
    ['Permissions Violation for Publish to "a.b"', "permission"],
    ["maximum connections exceeded", "max-connections"],
    ["maximum account active connections exceeded", "max-connections"],
    ["Slow Consumer", "slow-consumer"],
    ["Maximum Payload Violation", "payload-too-large"],
    ["Maximum Payload Exceeded", "payload-too-large"],
    ["maximum control line exceeded", "payload-too-large"],
    ["maximum subscriptions exceeded", "too-many-subscriptions"],
    ["Server Shutdown", "server-shutdown"],
    ["Stale Connection", "stale"],
    ["Unknown Protocol Operation", "protocol"],
    ["Parser Error", "protocol"],
    ["Invalid Publish Subject", "protocol"],
    ["a text of tomorrow", null],
  ];
  test.each(cases)("%s -> %s", (text, kind) => {
    expect(classifyText(text)).toBe(kind);
  });
});

describe("what ended a dial", () => {
  const cases: readonly [string, Evidence, FaultKind][] = [
    ["a bare error and close 1006 say no more than unreachable", { closeCode: 1006 }, "unreachable"],
    ["silence until the time limit", { waitedMs: 5000 }, "timeout"],
    ["bytes that aren't NATS", { firstBytes: "SSH-2.0-OpenSSH", waitedMs: 5000 }, "not-nats"],
    ["bytes that aren't NATS after INFO", { firstBytes: "HTTP/1.1 400", infoReceived: true }, "protocol"],
    ["an -ERR before INFO", { errText: "maximum connections exceeded", closeCode: 1008 }, "max-connections"],
    [
      "a close reason without -ERR",
      { closeCode: 1008, closeReason: "Authorization Violation" },
      "auth-rejected",
    ],
    ["a server going down", { closeCode: 1001 }, "server-shutdown"],
    ["an -ERR nobody knows", { errText: "whatever" }, "unknown"],
  ];
  test.each(cases)("%s", (_name, evidence, kind) => {
    const found = classifyDial(evidence, true);
    expect(found.kind).toBe(kind);
    expect(found.evidence).toEqual(evidence);
  });

  test("credentials that were never sent can't have been rejected", () => {
    expect(classifyDial({ errText: "Authorization Violation" }, false).kind).toBe("auth-required");
    expect(classifyDial({ errText: "Authorization Violation" }, true).kind).toBe("auth-rejected");
  });

  test("what the server said is certain, a guess is not", () => {
    expect(classifyDial({ errText: "Slow Consumer" }, false).confidence).toBe("certain");
    expect(classifyDial({ closeCode: 1006 }, false).confidence).toBe("possible");
  });

  test("only what nobody can cure by waiting is not retryable", () => {
    expect(classifyDial({ errText: "Authorization Violation" }, true).retryable).toBe(false);
    expect(classifyDial({ errText: "maximum connections exceeded" }, true).retryable).toBe(true);
    expect(classifyDial({ closeCode: 1006 }, true).retryable).toBe(true);
  });
});

describe("what ended a live link", () => {
  const cases: readonly [string, Evidence, FaultKind][] = [
    ["kill -9", { closeCode: 1006 }, "unreachable"],
    ["shutdown", { closeCode: 1001, closeReason: "Server Shutdown" }, "server-shutdown"],
    ["1001 without a reason", { closeCode: 1001 }, "server-shutdown"],
    ["the server found us stale", { closeCode: 1001, closeReason: "Stale Connection" }, "stale"],
    [
      "slow consumer by close reason",
      { closeCode: 1008, closeReason: "Slow Consumer (Write Deadline)" },
      "slow-consumer",
    ],
    ["a JWT's expiry", { errText: "User Authentication Expired", closeCode: 1008 }, "auth-expired"],
    ["a frame too large", { closeCode: 1009 }, "payload-too-large"],
    ["a protocol error", { closeCode: 1002 }, "protocol"],
    ["no sign of life", { waitedMs: 5000 }, "stale"],
  ];
  test.each(cases)("%s", (_name, evidence, kind) => {
    expect(classifyLoss(evidence).kind).toBe(kind);
  });
});

test("a permission violation names its subscription, and only a subscription", () => {
  expect(parsePermissionViolation('Permissions Violation for Subscription to "a.>"')).toEqual({
    use: "subscription",
    subject: "a.>",
    queue: null,
  });
  const inGroup = parsePermissionViolation('Permissions Violation for Subscription to "a.b" using queue "q"');
  expect([inGroup?.subject, inGroup?.queue]).toEqual(["a.b", "q"]);
  expect(parsePermissionViolation('Permissions Violation for Publish to "a.b"')).toMatchObject({
    use: "publish",
    subject: "a.b",
  });
  expect(parsePermissionViolation("Authorization Violation")).toBeNull();
});

test.each([
  [String.raw`a\"b`, 'a"b'],
  [String.raw`a\\b`, "a\\b"],
  [String.raw`caf\u00e9.\x7f\a\b`, "caf\u00e9.\x7f\x07\b"],
  [String.raw`\U0001f600`, "\u{1f600}"],
  ["ação.日本", "ação.日本"],
])("a subject is read as Go quotes it: %s", (quoted, subject) => {
  expect(parsePermissionViolation(`Permissions Violation for Subscription to "${quoted}"`)?.subject).toBe(
    subject,
  );
});

test.each([
  "self-signed certificate",
  "unable to verify the first certificate",
  "certificate has expired",
  "Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: ",
  "write EPROTO 8A:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl3_record.c:354:",
])("what a socket says of TLS is believed: %s", (detail) => {
  expect(classifyDial({ socketOpened: false, closeCode: 1006, detail }, false)).toMatchObject({
    kind: "tls",
  });
});

test.each(["connect ECONNREFUSED 127.0.0.1:1", "socket hang up", "getaddrinfo ENOTFOUND title.example"])(
  "what has nothing to do with TLS isn't taken for it: %s",
  (detail) => {
    const evidence = { socketOpened: false, closeCode: 1006, detail };
    expect(classifyDial(evidence, false)).toMatchObject({ kind: "unreachable" });
  },
);

describe("a socket that couldn't even be made", () => {
  test("an https page that may not open ws:// is told so", () => {
    const refusal = Object.assign(new Error("insecure"), { name: "SecurityError" });
    expect(classifySocketFailure(refusal, {})).toMatchObject({ kind: "mixed-content", retryable: false });
  });
  test("a factory's own fault is kept, any other error is quoted", () => {
    const own = fault("upgrade-rejected", { httpStatus: 403 });
    expect(classifySocketFailure(new FaultError(own, "403"), {})).toBe(own);
    expect(classifySocketFailure(new Error("boom"), {})).toMatchObject({
      kind: "unreachable",
      evidence: { detail: "boom" },
      confidence: "possible",
    });
  });
});
