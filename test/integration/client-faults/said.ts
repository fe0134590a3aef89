/** The matrix's rows for faults that the server itself tells of, and for those of credentials. */

import type { FaultKind } from "../../../client/index.ts";
import { connectPublisher } from "../../support/publisher.ts";
import { ANY_NUMBER, never, type Row, ruled, told } from "./cell.ts";

const NO_SERVER_YET = "the server has said nothing before the socket opens";
const LET_IN = "who is live was let in";
const TOKEN = "s3cret";
const QUICK = { pingIntervalMs: 100, pongTimeoutMs: 100, drainTimeoutMs: 150 };
const AUTH = { auth: { type: "token", token: TOKEN } } as const;
const REAL_AUTH = { config: `authorization { token: "${TOKEN}" }` };
const wrong = async () => ({ type: "token", token: "wrong" }) as const;
const REFUSAL = { errText: "Authorization Violation", infoReceived: true };

/** A fault that the server can tell of at any time: `-ERR` with this text, and a close. */
function atAnyTime(text: string, code = 1008, seen?: "text"): Row {
  return {
    dialling: never(NO_SERVER_YET),
    handshake: told("handshake", text, code, seen),
    live: told("live", text, code, seen),
    draining: told("draining", text, code, seen),
  };
}

export const SAID = {
  "auth-required": {
    dialling: never(NO_SERVER_YET),
    handshake: {
      simulator: { options: AUTH, strike: () => {} },
      real: { options: REAL_AUTH, strike: () => {} },
      evidence: REFUSAL,
    },
    live: never(LET_IN),
    draining: never(LET_IN),
  },
  "auth-rejected": {
    ...atAnyTime("Authorization Violation", 1008, "text"),
    handshake: {
      simulator: { options: AUTH, client: { credentials: wrong }, strike: () => {} },
      real: { options: REAL_AUTH, client: { credentials: wrong }, strike: () => {} },
      evidence: REFUSAL,
    },
  },
  "auth-expired": atAnyTime("User Authentication Expired", 1008, "text"),
  "auth-revoked": atAnyTime("Credentials Revoked"),
  "max-connections": {
    ...atAnyTime("maximum connections exceeded"),
    handshake: {
      ...told("handshake", "maximum connections exceeded"),
      // The only place is taken before the dial; the taker goes with the server.
      real: {
        options: { config: "max_connections: 1" },
        strike: async ({ server }) => {
          await connectPublisher(server.tcpUrl);
        },
      },
    },
  },
  "slow-consumer": {
    dialling: never(NO_SERVER_YET),
    handshake: never("nothing is sent yet that could pile up"),
    live: ruled(
      {
        at: "before-pong",
        action: { do: "close-code", code: 1008, reason: "Slow Consumer (Pending Bytes)" },
      },
      { closeCode: 1008, closeReason: "Slow Consumer (Pending Bytes)" },
    ),
    draining: ruled({
      at: "draining",
      action: { do: "close-code", code: 1008, reason: "Slow Consumer (Pending Bytes)" },
    }),
  },
  "payload-too-large": {
    ...atAnyTime("Maximum Payload Violation", 1009),
    handshake: {
      ...told("handshake", "maximum control line exceeded"),
      real: { options: { config: "max_control_line: 40" }, strike: () => {} },
    },
  },
  "server-shutdown": {
    dialling: never(NO_SERVER_YET),
    handshake: ruled(
      { at: "connect", action: { do: "close-code", code: 1001, reason: "Server Shutdown" } },
      { closeCode: 1001, infoReceived: true },
    ),
    live: ruled(
      { at: "before-pong", action: { do: "close-code", code: 1001, reason: "Server Shutdown" } },
      { closeCode: 1001, phase: "live" },
      { real: { strike: async ({ server }) => void (await server.shutDown()) } },
    ),
    draining: ruled({
      at: "draining",
      action: { do: "close-code", code: 1001, reason: "Server Shutdown" },
    }),
  },
  stale: {
    dialling: never("silence before the first PONG is `timeout`"),
    handshake: never("silence before the first PONG is `timeout`"),
    live: {
      simulator: { client: QUICK, strike: ({ server }) => void server.faults.freeze() },
      real: { client: QUICK, strike: ({ server }) => server.freeze() },
      evidence: { phase: "live", waitedMs: ANY_NUMBER },
    },
    draining: { simulator: { client: QUICK, strike: ({ server }) => void server.faults.freeze() } },
  },
  protocol: {
    dialling: never(NO_SERVER_YET),
    handshake: ruled(
      { at: "connect", action: { do: "bytes", bytes: "PUNG\r\n" } },
      { firstBytes: "PUNG", infoReceived: true },
    ),
    live: ruled({ at: "before-pong", action: { do: "bytes", bytes: "PUNG\r\n" } }, { phase: "live" }),
    draining: ruled({ at: "draining", action: { do: "bytes", bytes: "PUNG\r\n" } }),
  },
  "token-source": {
    dialling: {
      simulator: {
        client: { credentials: () => Promise.reject(new Error("no token today")) },
        strike: () => {},
      },
      evidence: { phase: "credentials", detail: "no token today" },
    },
    handshake: {
      simulator: {
        options: {
          auth: {
            type: "users",
            // A user with an nkey: now INFO carries a nonce to be signed.
            users: [
              {
                name: "UDBDLSYXR65RHNSEX5HVAT5X6YUGNB7KIL2FQWWK2CVUDWKHJFZVFGHE",
                password: undefined,
                account: "$G",
                permissions: undefined,
              },
            ],
          },
        },
        client: {
          credentials: async () => ({
            type: "jwt",
            jwt: "a.b.c",
            sign: () => Promise.reject(new Error("no key")),
          }),
        },
        strike: () => {},
      },
      evidence: { detail: "no key", infoReceived: true },
    },
    live: never("a renewal that fails leaves the live link alone (client-handover.test.ts)"),
    draining: never("a link that is asked to end renews nothing"),
  },
  unknown: atAnyTime("An Error Nobody Has Heard Of"),
} satisfies Partial<Record<FaultKind, Row>>;
