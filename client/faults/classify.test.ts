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

describe("classifyText() of a server's -ERR", () => {
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
    ["an unknown text", null],
  ];
  test.each(cases)("%s -> %s", (text, kind) => {
    expect(classifyText(text)).toBe(kind);
  });
});

describe("classifyDial()", () => {
  const cases: readonly [string, Evidence, FaultKind][] = [
    ["close code 1006 alone", { closeCode: 1006 }, "unreachable"],
    ["silence until the time limit", { waitedMs: 5000 }, "timeout"],
    ["bytes that aren't NATS", { firstBytes: "SSH-2.0-OpenSSH", waitedMs: 5000 }, "not-nats"],
    ["bytes that aren't NATS after INFO", { firstBytes: "HTTP/1.1 400", infoReceived: true }, "protocol"],
    ["an -ERR before INFO", { errText: "maximum connections exceeded", closeCode: 1008 }, "max-connections"],
    [
      "a close reason without -ERR",
      { closeCode: 1008, closeReason: "Authorization Violation" },
      "auth-rejected",
    ],
    ["close code 1001", { closeCode: 1001 }, "server-shutdown"],
    ["an unknown -ERR", { errText: "whatever" }, "unknown"],
  ];
  test.each(cases)("%s", (_name, evidence, kind) => {
    const found = classifyDial(evidence, true);
    expect(found.kind).toBe(kind);
    expect(found.evidence).toEqual(evidence);
  });

  test("an authorization violation means auth-required if no credentials were sent, else auth-rejected", () => {
    expect(classifyDial({ errText: "Authorization Violation" }, false).kind).toBe("auth-required");
    expect(classifyDial({ errText: "Authorization Violation" }, true).kind).toBe("auth-rejected");
  });

  test("a server's -ERR is certain, a bare close is only possible", () => {
    expect(classifyDial({ errText: "Slow Consumer" }, false).confidence).toBe("certain");
    expect(classifyDial({ closeCode: 1006 }, false).confidence).toBe("possible");
  });

  test("rejected credentials are not retryable; exceeded limits and broken links are", () => {
    expect(classifyDial({ errText: "Authorization Violation" }, true).retryable).toBe(false);
    expect(classifyDial({ errText: "maximum connections exceeded" }, true).retryable).toBe(true);
    expect(classifyDial({ closeCode: 1006 }, true).retryable).toBe(true);
  });
});

describe("classifyLoss()", () => {
  const cases: readonly [string, Evidence, FaultKind][] = [
    ["a killed server", { closeCode: 1006 }, "unreachable"],
    ["a shutdown", { closeCode: 1001, closeReason: "Server Shutdown" }, "server-shutdown"],
    ["close code 1001 without a reason", { closeCode: 1001 }, "server-shutdown"],
    ["a stale connection", { closeCode: 1001, closeReason: "Stale Connection" }, "stale"],
    [
      "a slow consumer, by close reason",
      { closeCode: 1008, closeReason: "Slow Consumer (Write Deadline)" },
      "slow-consumer",
    ],
    ["an expired JWT", { errText: "User Authentication Expired", closeCode: 1008 }, "auth-expired"],
    ["close code 1009", { closeCode: 1009 }, "payload-too-large"],
    ["close code 1002", { closeCode: 1002 }, "protocol"],
    ["no sign of life", { waitedMs: 5000 }, "stale"],
  ];
  test.each(cases)("%s", (_name, evidence, kind) => {
    expect(classifyLoss(evidence).kind).toBe(kind);
  });
});

test("a permission violation is parsed into its use, subject and queue group", () => {
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
])("a subject quoted by Go is unescaped: %s", (quoted, subject) => {
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
])("a TLS error of the socket is a tls fault: %s", (detail) => {
  expect(classifyDial({ socketOpened: false, closeCode: 1006, detail }, false)).toMatchObject({
    kind: "tls",
  });
});

test.each(["connect ECONNREFUSED 127.0.0.1:1", "socket hang up", "getaddrinfo ENOTFOUND title.example"])(
  "another error of the socket is no tls fault: %s",
  (detail) => {
    const evidence = { socketOpened: false, closeCode: 1006, detail };
    expect(classifyDial(evidence, false)).toMatchObject({ kind: "unreachable" });
  },
);

describe("classifySocketFailure()", () => {
  test("a SecurityError means mixed content", () => {
    const refusal = Object.assign(new Error("insecure"), { name: "SecurityError" });
    expect(classifySocketFailure(refusal, {})).toMatchObject({ kind: "mixed-content", retryable: false });
  });
  test("the fault of a FaultError is kept, the message of any other error is quoted", () => {
    const own = fault("upgrade-rejected", { httpStatus: 403 });
    expect(classifySocketFailure(new FaultError(own, "403"), {})).toBe(own);
    expect(classifySocketFailure(new Error("boom"), {})).toMatchObject({
      kind: "unreachable",
      evidence: { detail: "boom" },
      confidence: "possible",
    });
  });
});
