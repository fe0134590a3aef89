/** The matrix's rows for faults on the way to a server: there is no NATS at the other end, or none that is heard. */
import type { FaultKind } from "../../../client/index.ts";
import { ANY_NUMBER, found, never, type Row, ruled, type Scene } from "./cell.ts";

const REFUSED: Scene["simulator"] = { strike: ({ server }) => void server.faults.refuse() };
const KILLED: Scene["simulator"] = { strike: ({ server }) => void server.faults.kill({ downMs: 60_000 }) };
const ONLY_A_DIAL = "only a dial can fail so; a link that is there has passed it";
const STOPPING = "a link that is asked to end is not looked into";

/** A kind that only the worker's probe can tell from `unreachable`. */
function probed(kind: FaultKind): Row {
  const edge = { status: "fail", kind, observedAtMs: 1 } as const;
  const client = found(kind, { edge });
  return {
    dialling: {
      simulator: { ...REFUSED, client },
      real: { client, strike: async ({ server }) => void (await server.kill()) },
      evidence: { edge, socketOpened: false },
    },
    handshake: never(ONLY_A_DIAL),
    live: {
      simulator: { ...KILLED, client },
      real: { client, strike: async ({ server }) => void (await server.kill()) },
      evidence: { edge, phase: "live" },
    },
    draining: never(STOPPING),
  };
}

const QUICK = { connectTimeoutMs: 250, pingIntervalMs: 100, pongTimeoutMs: 100, drainTimeoutMs: 150 };

/** How long was waited depends on the machine: the runner asks only that it is told. */
const WAITED = { waitedMs: ANY_NUMBER } as const;

export const REACH = {
  offline: {
    dialling: {
      simulator: { strike: ({ observed }) => observed.client.notifyNetwork(false) },
      real: { strike: ({ observed }) => observed.client.notifyNetwork(false) },
      evidence: { online: false },
    },
    handshake: never("a dial under way is not given up for a browser's word; what ends it is named"),
    live: {
      simulator: {
        strike: ({ observed, server }) => {
          // Alone it ends no link: the ping tells. A link that is lost meanwhile is not dialled again.
          observed.client.notifyNetwork(false);
          server.faults.kill({ downMs: 60_000 });
        },
      },
      evidence: { online: false },
    },
    draining: { simulator: { strike: ({ observed }) => observed.client.notifyNetwork(false) } },
  },
  unreachable: {
    dialling: {
      simulator: REFUSED,
      real: { strike: async ({ server }) => void (await server.kill()) },
      evidence: { socketOpened: false, closeCode: 1006 },
    },
    handshake: ruled(
      { at: "before-info", action: { do: "reset" } },
      { socketOpened: true, infoReceived: false, closeCode: 1006 },
    ),
    live: {
      simulator: KILLED,
      real: { strike: async ({ server }) => void (await server.kill()) },
      evidence: { phase: "live", closeCode: 1006 },
    },
    draining: ruled({ at: "draining", action: { do: "reset" } }, undefined, {
      real: { strike: async ({ server }) => void (await server.kill()) },
    }),
  },
  refused: probed("refused"),
  dns: probed("dns"),
  tls: probed("tls"),
  timeout: {
    dialling: {
      simulator: {
        client: QUICK,
        strike: ({ server }) => void server.faults.add({ at: "upgrade", action: { do: "silent" } }),
      },
      real: { client: QUICK, strike: ({ server }) => server.freeze() },
      evidence: { socketOpened: false, ...WAITED },
    },
    handshake: {
      simulator: {
        client: QUICK,
        strike: ({ server }) => void server.faults.add({ at: "before-info", action: { do: "silent" } }),
      },
      evidence: { socketOpened: true, infoReceived: false, ...WAITED },
    },
    live: never("silence on a live link is `stale`"),
    draining: {
      simulator: {
        client: QUICK,
        strike: ({ server }) => void server.faults.add({ at: "draining", action: { do: "silent" } }),
      },
      real: { client: QUICK, strike: ({ server }) => server.freeze() },
    },
  },
  "upgrade-rejected": {
    dialling: {
      simulator: {
        client: found("upgrade-rejected", { httpStatus: 403 }),
        strike: ({ server }) =>
          void server.faults.add({ at: "upgrade", action: { do: "http-status", status: 403 } }),
      },
      evidence: { httpStatus: 403, socketOpened: false },
    },
    handshake: never(ONLY_A_DIAL),
    live: never(ONLY_A_DIAL),
    draining: never(ONLY_A_DIAL),
  },
  "not-nats": {
    dialling: never("nothing is read before the socket opens"),
    handshake: ruled(
      { at: "before-info", action: { do: "bytes", bytes: "SSH-2.0-OpenSSH_9.9\r\n" } },
      { firstBytes: "SSH-2.0-OpenSSH_9.9", infoReceived: false },
    ),
    live: never("who was live has spoken NATS; what breaks it then is `protocol`"),
    draining: never("who was live has spoken NATS; what breaks it then is `protocol`"),
  },
  "wrong-port": {
    dialling: {
      simulator: { ...REFUSED, client: found("wrong-port", { detail: "raw NATS" }) },
      evidence: { detail: "raw NATS", socketOpened: false },
    },
    handshake: never(ONLY_A_DIAL),
    live: never(ONLY_A_DIAL),
    draining: never(ONLY_A_DIAL),
  },
  "mixed-content": {
    dialling: {
      simulator: {
        client: {
          // What a browser throws for ws:// on an https page.
          webSocket: () => {
            throw new DOMException("An insecure WebSocket may not be opened", "SecurityError");
          },
        },
        strike: () => {},
      },
      evidence: { detail: "An insecure WebSocket may not be opened", socketOpened: false },
    },
    handshake: never(ONLY_A_DIAL),
    live: never(ONLY_A_DIAL),
    draining: never(ONLY_A_DIAL),
  },
} satisfies Partial<Record<FaultKind, Row>>;
