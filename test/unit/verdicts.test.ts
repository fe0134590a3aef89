import { describe, expect, test } from "vitest";
import { HandshakeReader } from "../../client/connection/handshake.ts";
import { classifyDial } from "../../client/faults/classify.ts";
import { LineReader } from "../../client/faults/line-reader.ts";
import type { Evidence, FaultKind } from "../../client/index.ts";
import { classify } from "../../worker/probe/classify.ts";
import type { SessionEvidence } from "../../worker/probe/evidence.ts";

/** nats-server's `-ERR` texts for clients (`server/errors.go`, `server/client.go`, `server/auth.go`). */
const ERR_TEXTS: readonly (readonly [text: string, kind: FaultKind])[] = [
  ["Authorization Violation", "auth-rejected"],
  ["Account Authentication Expired", "auth-expired"],
  ["User Authentication Expired", "auth-expired"],
  ["User Authentication Revoked", "auth-revoked"],
  ["Account Authentication Revoked", "auth-revoked"],
  ["Authentication Timeout", "timeout"],
  ['Permissions Violation for Subscription to "a"', "permission"],
  ['Permissions Violation for Publish to "a"', "permission"],
  ["maximum connections exceeded", "max-connections"],
  ["maximum account active connections exceeded", "max-connections"],
  ["maximum subscriptions exceeded", "too-many-subscriptions"],
  ["maximum control line exceeded", "payload-too-large"],
  ["Maximum Payload Violation", "payload-too-large"],
  ["Stale Connection", "stale"],
  ["Slow Consumer", "slow-consumer"],
  ["Server Shutdown", "server-shutdown"],
  ["Unknown Protocol Operation", "protocol"],
  ["Parser Error", "protocol"],
  ["Invalid Subject", "protocol"],
  ["Invalid Publish Subject", "protocol"],
  ["invalid client protocol", "protocol"],
  ["message headers not supported", "protocol"],
  ["no responders requires headers support", "protocol"],
  ["attempted to connect to wrong port", "unknown"],
];

/** nats-server's WebSocket close codes and reasons (`ClosedState` in `server/monitor.go`, `wsEnqueueCloseMessage` in `server/websocket.go`). */
const CLOSES: readonly (readonly [reason: string, code: number, kind: FaultKind])[] = [
  ["Client Closed", 1000, "unreachable"],
  ["Authentication Timeout", 1008, "timeout"],
  ["Authentication Failure", 1008, "auth-rejected"],
  ["Authentication Expired", 1008, "auth-expired"],
  ["Credentials Revoked", 1008, "auth-revoked"],
  ["Missing Account", 1008, "auth-rejected"],
  ["Slow Consumer (Pending Bytes)", 1008, "slow-consumer"],
  ["Slow Consumer (Write Deadline)", 1008, "slow-consumer"],
  ["Maximum Connections Exceeded", 1008, "max-connections"],
  ["Maximum Account Connections Exceeded", 1008, "max-connections"],
  ["Maximum Subscriptions Exceeded", 1008, "too-many-subscriptions"],
  ["Maximum Control Line Exceeded", 1008, "payload-too-large"],
  ["Maximum Message Payload Exceeded", 1009, "payload-too-large"],
  ["Parse Error", 1002, "protocol"],
  ["Protocol Violation", 1002, "protocol"],
  ["Bad Client Protocol Version", 1002, "protocol"],
  ["Message Header Violation", 1011, "protocol"],
  ["No Responders Requires Headers", 1011, "protocol"],
  ["Stale Connection", 1006, "stale"],
  ["Server Shutdown", 1001, "server-shutdown"],
  ["Write Error", 1006, "unreachable"],
  ["Read Error", 1006, "unreachable"],
];

/** Close codes without a reason, before and after INFO. */
const BARE_CLOSES: readonly (readonly [code: number, infoReceived: boolean, kind: FaultKind])[] = [
  [1000, false, "not-nats"],
  [1005, false, "not-nats"],
  [1000, true, "unreachable"],
  [1001, false, "server-shutdown"],
  [1002, true, "protocol"],
  [1003, true, "protocol"],
  [1006, false, "unreachable"],
  [1006, true, "unreachable"],
  [1007, true, "protocol"],
  [1008, true, "unreachable"],
  [1009, true, "payload-too-large"],
  [1011, true, "unreachable"],
  [1015, false, "unreachable"],
];

type Seen = Pick<Evidence, "errText" | "closeCode" | "closeReason" | "firstBytes" | "waitedMs">;

/** The verdicts of page and edge on the same exchange with a server. */
function verdicts(seen: Seen, infoReceived: boolean, hasCredentials: boolean) {
  const { kind, confidence } = classifyDial({ ...seen, socketOpened: true, infoReceived }, hasCredentials);
  const outcome: SessionEvidence["outcome"] =
    seen.errText !== undefined ? "err" : seen.closeCode !== undefined ? "closed" : "unreadable";
  const edge = classify({
    isSecure: false,
    isAddress: true,
    isMixedContent: false,
    hasCredentials,
    refusesOrigin: false,
    upgrade: { outcome: "open", httpStatus: 101 },
    session: { outcome, infoReceived, mayPublish: false, phases: [], ...seen },
  });
  return { page: { kind, confidence }, edge };
}

function expectBoth(seen: Seen, infoReceived: boolean, kind: FaultKind): void {
  for (const hasCredentials of [true, false]) {
    const { page, edge } = verdicts(seen, infoReceived, hasCredentials);
    const wanted = kind === "auth-rejected" && !hasCredentials ? "auth-required" : kind;
    expect(page.kind).toBe(wanted);
    expect(edge).toEqual(page);
  }
}

describe("page and edge reach the same verdict", () => {
  test.each(ERR_TEXTS)("-ERR '%s': %s", (errText, kind) => {
    expectBoth({ errText }, true, kind);
    // A full server sends its error before INFO.
    expectBoth({ errText, closeCode: 1008 }, false, kind);
  });

  test.each(CLOSES)("closed with %s (%d): %s", (closeReason, closeCode, kind) => {
    expectBoth({ closeReason, closeCode }, true, kind);
  });

  test.each(BARE_CLOSES)("closed with %d, INFO received %s: %s", (closeCode, infoReceived, kind) => {
    expectBoth({ closeCode, closeReason: "" }, infoReceived, kind);
  });

  test.each<[Seen, boolean, FaultKind]>([
    [{ waitedMs: 1800 }, false, "timeout"],
    [{ waitedMs: 1800 }, true, "timeout"],
    [{ firstBytes: "SSH-2.0-OpenSSH_9.9" }, false, "not-nats"],
    [{ firstBytes: "INFO <html>" }, false, "protocol"],
    [{ firstBytes: "PUNG" }, true, "protocol"],
  ])("%j, INFO received %s: %s", (seen, infoReceived, kind) => {
    expectBoth(seen, infoReceived, kind);
  });
});

describe("page and edge parse the same bytes alike", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  test.each([
    'INFO {"nonce":"n"}\r\n',
    "-ERR 'maximum connections exceeded'\r\n",
    "INFO {}\r\n-ERR 'Authorization Violation'\r\n",
    "INFO {}\r\nPUNG\r\n",
    "INFO []\r\n",
    `INFO ${"x".repeat(70_000)}`,
    "SSH-2.0-OpenSSH_9.9\r\n",
  ])("%#", (text) => {
    const page = new HandshakeReader();
    page.read(bytes(text));
    const lines = new LineReader().read(bytes(text));
    const first = (op: string) => lines.find((line) => line.op === op) as Record<string, unknown> | undefined;
    expect({
      infoReceived: page.infoReceived,
      nonce: page.nonce,
      errText: page.errText,
      nonNatsBytes: page.nonNatsBytes,
    }).toEqual({
      infoReceived: first("info") !== undefined,
      nonce: first("info")?.nonce,
      errText: first("err")?.text,
      nonNatsBytes: first("unreadable")?.excerpt,
    });
  });
});
