/** The matrix's rows for faults that the server reports itself, and for faults of credentials. */

import { createUser } from "@nats-io/nkeys";
import type { FaultKind } from "../../../client/index.ts";
import { connectPublisher } from "../../support/clients/publisher.ts";
import { webSocketClients } from "../../support/servers/monitor.ts";
import { until, untilEqual } from "../../support/tools/until.ts";
import {
  ANY_NUMBER,
  inTheDrain,
  never,
  onTheWay,
  type Reached,
  type RealFaultCause,
  type Row,
  ruled,
  type Stage,
  serverSays,
  soonNoticed,
  whileDraining,
} from "./cell.ts";
import {
  crowdedOut,
  crowdedOutWhileDraining,
  expiredBefore,
  expires,
  expiresWhileDraining,
  revoked,
  revokedBefore,
  revokedWhileDraining,
} from "./operator.ts";

const NO_SERVER_YET = "the server has said nothing before the socket opens";
const LET_IN = "who is live was let in";
const TOKEN = "s3cret";
const QUICK_DRAIN = { drainTimeoutMs: 150 };
const AUTH = { auth: { type: "token", token: TOKEN } } as const;
const REAL_AUTH = { config: `authorization { token: "${TOKEN}" }` };
const right = async () => ({ type: "token", token: TOKEN }) as const;
const wrong = async () => ({ type: "token", token: "wrong" }) as const;
const REFUSAL = { errText: "Authorization Violation", infoReceived: true };
const SLOW = "Slow Consumer (Pending Bytes)";
const STRANGE = "An Error Nobody Has Heard Of";
const NKEY = createUser().getPublicKey();
const unsigned = async () =>
  ({ type: "jwt", jwt: "a.b.c", sign: () => Promise.reject(new Error("no key")) }) as const;

/** Reloads the server with a configuration that requires another token. */
const tokenChanged = ({ server }: Stage<Reached>): Promise<void> =>
  server.broker.reload(`authorization { token: "another" }`);

const shutDown = ({ server }: Stage<Reached>) => server.broker.shutDown();

/** More than the server's limit of pending bytes for a client that doesn't read. */
async function flood({ server }: Stage<Reached>): Promise<void> {
  server.proxy.freeze("down");
  const publisher = await connectPublisher(server.broker.tcpUrl);
  for (let sent = 0; sent < 20; sent += 1) publisher.publish("faults", new Uint8Array(500_000));
  await publisher.flush();
  await until("the server has given up", () => server.broker.log().includes("Slow Consumer"));
  server.proxy.thaw();
}

/** A meaningless reply. A server resets a connection that it can't parse, and its error may be lost. */
const GARBLED = { way: "down", at: { before: "PONG" }, action: { do: "replace", text: "PUNG\r\n" } } as const;

/** An unknown `-ERR` and a close, injected by the proxy: the client knows all errors of a real server. */
const strangeError: RealFaultCause = {
  cause: ({ server: { proxy }, observed }) => {
    const rule = {
      way: "down",
      at: { before: "PONG" },
      action: { do: "replace", text: `-ERR '${STRANGE}'\r\n` },
    } as const;
    const ended = proxy.add(rule).then(() => proxy.end("down"));
    if (observed.client.state.status === "live") observed.client.notifyWake();
    // Before the dial there is no link to wait for.
    return observed.client.state.status === "idle" ? undefined : ended;
  },
};

export const SERVER_WORDS = {
  "auth-required": {
    dialling: never(NO_SERVER_YET),
    handshake: {
      simulator: { options: AUTH, cause: () => {} },
      real: { "none sent": { options: REAL_AUTH, cause: () => {} } },
      evidence: REFUSAL,
    },
    live: never(LET_IN),
    draining: never(LET_IN),
  },
  "auth-rejected": {
    dialling: never(NO_SERVER_YET),
    handshake: {
      simulator: { options: AUTH, client: { credentials: wrong }, cause: () => {} },
      real: { "a wrong token": { options: REAL_AUTH, client: { credentials: wrong }, cause: () => {} } },
      evidence: REFUSAL,
    },
    live: {
      ...serverSays("live", "Authorization Violation", 1008, "text"),
      real: {
        "the token was changed": {
          options: REAL_AUTH,
          client: { credentials: right },
          cause: tokenChanged,
        },
      },
    },
    draining: {
      ...serverSays("draining", "Authorization Violation"),
      real: {
        "the token is changed": whileDraining(tokenChanged, {
          options: REAL_AUTH,
          client: { credentials: right },
        }),
      },
    },
  },
  "auth-expired": {
    dialling: never(NO_SERVER_YET),
    handshake: {
      ...serverSays("handshake", "User Authentication Expired", 1008, "text"),
      real: { "over before the dial": expiredBefore },
      evidence: { infoReceived: true },
    },
    live: {
      ...serverSays("live", "User Authentication Expired", 1008, "text"),
      real: { "its second has come": expires },
    },
    draining: {
      ...serverSays("draining", "User Authentication Expired"),
      real: { "its second comes": expiresWhileDraining },
    },
  },
  "auth-revoked": {
    dialling: never(NO_SERVER_YET),
    handshake: {
      ...serverSays("handshake", "Credentials Revoked"),
      real: { "revoked before the dial": revokedBefore },
      evidence: { infoReceived: true },
    },
    live: { ...serverSays("live", "Credentials Revoked"), real: { "revoked by the account": revoked } },
    draining: {
      ...serverSays("draining", "Credentials Revoked"),
      real: { "revoked by the account": revokedWhileDraining },
    },
  },
  "max-connections": {
    dialling: never(NO_SERVER_YET),
    handshake: {
      ...serverSays("handshake", "maximum connections exceeded"),
      real: {
        "the only place is taken": {
          options: { config: "max_connections: 1" },
          // Data that reaches a closed server resets the connection, so the close frame may be lost.
          evidence: { errText: "maximum connections exceeded" },
          // The connection that fills the server ends with it.
          cause: async ({ server }) => void (await connectPublisher(server.broker.tcpUrl)),
        },
      },
    },
    live: {
      ...serverSays("live", "maximum connections exceeded"),
      real: { "the account may have fewer": crowdedOut },
    },
    draining: {
      ...serverSays("draining", "maximum connections exceeded"),
      real: { "the account may have fewer": crowdedOutWhileDraining },
    },
  },
  "slow-consumer": {
    dialling: never(NO_SERVER_YET),
    handshake: never("nothing is sent yet that could pile up"),
    live: {
      ...ruled({ at: "before-pong", action: { do: "close-code", code: 1008, reason: SLOW } }),
      real: {
        // nats-server disconnects a slow consumer without an error that could be read here.
        "a reader that doesn't read": {
          options: { config: 'write_deadline: "100ms"' },
          cause: flood,
          seenAs: "unreachable",
          evidence: { phase: "live", closeCode: 1006 },
        },
      },
      evidence: { closeCode: 1008, closeReason: SLOW },
    },
    draining: {
      ...ruled({ at: "draining", action: { do: "close-code", code: 1008, reason: SLOW } }),
      onlySimulated: "who drains has unsubscribed: nothing piles up any more",
    },
  },
  "payload-too-large": {
    dialling: never(NO_SERVER_YET),
    handshake: {
      ...serverSays("handshake", "maximum control line exceeded"),
      real: {
        "a CONNECT that is too long": {
          options: { config: "max_control_line: 40" },
          cause: () => {},
          evidence: { errText: "maximum control line exceeded" },
        },
      },
    },
    live: {
      ...serverSays("live", "Maximum Payload Violation", 1009),
      real: {
        "the limit was lowered, unknown to the client": {
          cause: async ({ server, observed }) => {
            await server.broker.reload("max_payload: 64");
            observed.client.publish("faults", "x".repeat(65));
          },
        },
        "a subject that is too long": {
          options: { config: "max_control_line: 512" },
          cause: ({ observed }) => void observed.client.subscribe("x".repeat(600), () => {}),
          evidence: { errText: "maximum control line exceeded", closeCode: 1008 },
        },
      },
    },
    draining: {
      ...serverSays("draining", "Maximum Payload Violation", 1009),
      onlySimulated: "who drains publishes nothing more",
    },
  },
  "server-shutdown": {
    dialling: never(NO_SERVER_YET),
    handshake: {
      ...ruled({ at: "connect", action: { do: "close-code", code: 1001, reason: "Server Shutdown" } }),
      real: {
        "shut down before CONNECT": {
          cause: (stage) => {
            const { broker, proxy } = stage.server;
            void proxy
              .add({ way: "up", at: { before: "CONNECT" }, action: { do: "freeze" } })
              // A server sends INFO before it registers the client, but at shutdown only notifies registered clients.
              .then(() => untilEqual(async () => webSocketClients(await broker.connz()).length, 1))
              .then(() => shutDown(stage));
          },
        },
      },
      evidence: { closeCode: 1001, infoReceived: true },
    },
    live: {
      ...ruled({ at: "before-pong", action: { do: "close-code", code: 1001, reason: "Server Shutdown" } }),
      real: { "shut down": { cause: async (stage) => void (await shutDown(stage)) } },
      evidence: { closeCode: 1001, phase: "live" },
    },
    draining: {
      ...ruled({ at: "draining", action: { do: "close-code", code: 1001, reason: "Server Shutdown" } }),
      real: { "shut down": whileDraining(shutDown) },
    },
  },
  stale: {
    dialling: never("silence before the first PONG is `timeout`"),
    handshake: never("silence before the first PONG is `timeout`"),
    live: {
      simulator: { cause: soonNoticed(({ server }) => void server.faults.freeze()) },
      real: {
        "the server is frozen": { cause: soonNoticed(({ server }) => server.broker.freeze()) },
        "nothing comes any more": { cause: soonNoticed(({ server }) => server.proxy.freeze("down")) },
        "nothing goes any more": { cause: soonNoticed(({ server }) => server.proxy.freeze("up")) },
        "the server hears no PONG": {
          options: { config: 'ping_interval: "100ms"\nping_max: 1' },
          ...onTheWay(
            { way: "up", at: { before: "PONG" }, action: { do: "drop" }, times: 100 },
            { evidence: { phase: "live", errText: "Stale Connection" } },
          ),
        },
      },
      evidence: { phase: "live", waitedMs: ANY_NUMBER },
    },
    draining: {
      simulator: { client: QUICK_DRAIN, cause: ({ server }) => void server.faults.freeze() },
      real: {
        "nothing comes any more": { client: QUICK_DRAIN, cause: ({ server }) => server.proxy.freeze("down") },
        "nothing goes any more": { client: QUICK_DRAIN, cause: ({ server }) => server.proxy.freeze("up") },
      },
    },
  },
  protocol: {
    dialling: never(NO_SERVER_YET),
    handshake: {
      ...ruled({ at: "connect", action: { do: "bytes", bytes: "PUNG\r\n" } }),
      real: {
        "the client can't read PONG": onTheWay(GARBLED),
      },
      evidence: { firstBytes: "PUNG", infoReceived: true },
    },
    live: {
      ...ruled({ at: "before-pong", action: { do: "bytes", bytes: "PUNG\r\n" } }),
      real: {
        "the client can't read PONG": onTheWay(GARBLED),
      },
      evidence: { phase: "live" },
    },
    draining: {
      ...ruled({ at: "draining", action: { do: "bytes", bytes: "PUNG\r\n" } }),
      real: {
        "the client can't read PONG": inTheDrain(GARBLED),
      },
    },
  },
  "token-source": {
    dialling: {
      simulator: {
        client: { credentials: () => Promise.reject(new Error("no token today")) },
        cause: () => {},
      },
      onlySimulated: "without credentials no server is dialled",
      evidence: { phase: "credentials", detail: "no token today" },
    },
    handshake: {
      simulator: {
        options: {
          auth: {
            type: "users",
            // A user with an nkey makes INFO contain a nonce.
            users: [{ name: NKEY, password: undefined, account: "$G", permissions: undefined }],
          },
        },
        client: { credentials: unsigned },
        cause: () => {},
      },
      real: {
        "no key to sign with": {
          options: { config: `authorization { users: [ { nkey: ${NKEY} } ] }` },
          client: { credentials: unsigned },
          cause: () => {},
        },
      },
      evidence: { detail: "no key", infoReceived: true },
    },
    live: never("a renewal that fails leaves the live link alone (client-handover.test.ts)"),
    draining: never("a link that is asked to end renews nothing"),
  },
  unknown: {
    dialling: never(NO_SERVER_YET),
    handshake: {
      ...serverSays("handshake", STRANGE),
      real: { "an error from the way": strangeError },
      evidence: { errText: STRANGE },
    },
    live: {
      ...serverSays("live", STRANGE),
      real: { "an error from the way": strangeError },
      evidence: { errText: STRANGE },
    },
    draining: {
      ...serverSays("draining", STRANGE),
      real: { "an error from the way": strangeError },
    },
  },
} satisfies Partial<Record<FaultKind, Row>>;
