/** The matrix's rows for faults on the way to a server: nothing that speaks NATS is reached. */
import type { FaultKind } from "../../../client/index.ts";
import { until } from "../../support/tools/until.ts";
import {
  ANY_NUMBER,
  found,
  never,
  onTheWay,
  type Reached,
  type RealCauses,
  type RealFaultCause,
  type Row,
  ruled,
  type Scene,
  type Stage,
  whileDraining,
} from "./cell.ts";

const REFUSED = {
  simulator: { cause: ({ server }) => void server.faults.refuse() },
} satisfies Partial<Scene>;
const GONE = {
  simulator: { cause: ({ server }) => void server.faults.kill({ downMs: 60_000 }) },
} satisfies Partial<Scene>;
const ONLY_A_DIAL = "only a dial can fail so; a link that is there has passed it";
const STOPPING = "a link that is asked to end is not looked into";

const direct = ({ broker }: Reached): string => broker.webSocketUrl;
const killed: RealFaultCause = { cause: async ({ server }) => void (await server.broker.kill()) };

/** The row of a kind that only the worker's probe can distinguish from `unreachable`. */
function probed(kind: FaultKind, dialling: RealCauses): Row {
  const edge = { status: "fail", fault: kind, time: "2026-11-24T12:00:00Z" } as const;
  const client = found(kind, { edge });
  const investigated = Object.entries(dialling).map(([how, cause]) => [how, { ...cause, client }]);
  return {
    dialling: {
      simulator: { ...REFUSED.simulator, client },
      real: Object.fromEntries(investigated),
      evidence: { edge, socketOpened: false },
    },
    handshake: never(ONLY_A_DIAL),
    live: {
      simulator: { ...GONE.simulator, client },
      real: { killed: { ...killed, client } },
      evidence: { edge, phase: "live" },
    },
    draining: never(STOPPING),
  };
}

/** Short, because nothing has to arrive within these limits. */
const QUICK = { connectTimeoutMs: 250 };
const QUICK_DRAIN = { drainTimeoutMs: 150 };

/** Long, because something has to arrive first; then the test ends the wait. */
const PATIENT = { connectTimeoutMs: 60_000, drainTimeoutMs: 60_000 };

/** Ends the wait of a dial whose server is silent as soon as its socket has opened. */
const silentOnceOpen = ({ observed, clock }: Pick<Stage<unknown>, "observed" | "clock">): void =>
  void until("the socket is open", () => observed.isOpen()).then(() => clock.ringAll());

/** The waiting time depends on the machine, so only its presence is checked. */
const WAITED = { waitedMs: ANY_NUMBER } as const;

export const REACH = {
  offline: {
    dialling: {
      simulator: { cause: ({ observed }) => observed.client.notifyNetwork(false) },
      real: { "told so": { cause: ({ observed }) => observed.client.notifyNetwork(false) } },
      evidence: { online: false },
    },
    handshake: never("a dial under way is not given up for a browser's word; what ends it is named"),
    live: {
      simulator: {
        cause: ({ observed, server }) => {
          // This alone doesn't end the link: the ping detects it. A link lost during a drain is not dialled again.
          observed.client.notifyNetwork(false);
          server.faults.kill({ downMs: 60_000 });
        },
      },
      real: {
        "told so, and cut": {
          cause: ({ observed, server }) => {
            observed.client.notifyNetwork(false);
            server.proxy.reset();
          },
        },
      },
      evidence: { online: false },
    },
    draining: {
      simulator: { cause: ({ observed }) => observed.client.notifyNetwork(false) },
      real: { "told so": whileDraining(({ observed }) => observed.client.notifyNetwork(false)) },
    },
  },
  unreachable: {
    dialling: {
      ...REFUSED,
      real: {
        "nothing listens": { ...killed, url: direct },
        "taken and cut": { cause: ({ server }) => server.proxy.setReception("resets") },
        "cut before the upgrade is answered": onTheWay({
          way: "down",
          at: "upgrade",
          action: { do: "reset" },
        }),
        "ended before the upgrade is answered": onTheWay({
          way: "down",
          at: "upgrade",
          action: { do: "end" },
        }),
      },
      evidence: { socketOpened: false, closeCode: 1006 },
    },
    handshake: {
      ...ruled({ at: "before-info", action: { do: "reset" } }),
      real: {
        "cut before INFO": onTheWay({ way: "down", at: { before: "INFO" }, action: { do: "reset" } }),
        "ended in the midst of INFO": onTheWay({ way: "down", at: { bytes: 250 }, action: { do: "end" } }),
        "cut before CONNECT": onTheWay(
          { way: "up", at: { before: "CONNECT" }, action: { do: "reset" } },
          { evidence: { socketOpened: true, infoReceived: true, closeCode: 1006 } },
        ),
        "cut between INFO and PONG": onTheWay(
          { way: "down", at: { before: "PONG" }, action: { do: "reset" } },
          { evidence: { socketOpened: true, infoReceived: true, closeCode: 1006 } },
        ),
      },
      evidence: { socketOpened: true, infoReceived: false, closeCode: 1006 },
    },
    live: {
      ...GONE,
      real: {
        killed: { ...killed, url: direct },
        "cut (RST)": { cause: ({ server }) => server.proxy.reset() },
        "ended without a word (FIN)": { cause: ({ server }) => server.proxy.end("down") },
      },
      evidence: { phase: "live", closeCode: 1006 },
    },
    draining: {
      ...ruled({ at: "draining", action: { do: "reset" } }),
      real: {
        killed: whileDraining(({ server }) => server.broker.kill()),
        "cut (RST)": whileDraining(({ server }) => server.proxy.reset()),
        "ended without a word (FIN)": whileDraining(({ server }) => server.proxy.end("down")),
      },
    },
  },
  refused: probed("refused", {
    "nothing listens": { ...killed, url: direct },
    "the path refuses": { cause: ({ server }) => server.proxy.setReception("refuses") },
  }),
  // No name is resolved here: tests stay on loopback, and a browser can't distinguish the two either.
  dns: probed("dns", { "nothing listens": { ...killed, url: direct } }),
  tls: {
    ...probed("tls", {}),
    dialling: {
      ...probed("tls", {}).dialling,
      real: {
        // Node's socket reports this itself; in a browser the probe has to find out.
        "no TLS on the port": {
          url: ({ broker }) => broker.webSocketUrl.replace("ws:", "wss:"),
          cause: () => {},
          evidence: { socketOpened: false },
        },
      },
    },
  },
  timeout: {
    dialling: {
      simulator: {
        client: QUICK,
        cause: ({ server }) => void server.faults.add({ at: "upgrade", action: { do: "silent" } }),
      },
      real: {
        "the server is frozen": { client: QUICK, cause: ({ server }) => server.broker.freeze() },
        "taken and never answered": {
          client: QUICK,
          cause: ({ server }) => server.proxy.setReception("silent"),
        },
      },
      evidence: { socketOpened: false, ...WAITED },
    },
    handshake: {
      simulator: {
        client: PATIENT,
        cause: (stage) => {
          stage.server.faults.add({ at: "before-info", action: { do: "silent" } });
          silentOnceOpen(stage);
        },
      },
      real: {
        "silent before INFO": {
          client: PATIENT,
          cause: (stage) => {
            void stage.server.proxy.add({ way: "down", at: { before: "INFO" }, action: { do: "freeze" } });
            silentOnceOpen(stage);
          },
        },
        "silent after INFO": {
          client: PATIENT,
          evidence: { socketOpened: true, infoReceived: true, ...WAITED },
          cause: ({ server, clock }) =>
            void server.proxy
              .add({ way: "down", at: { before: "PONG" }, action: { do: "freeze" } })
              .then(() => clock.ringAll()),
        },
        "the server waits for CONNECT in vain": onTheWay(
          { way: "up", at: { before: "CONNECT" }, action: { do: "freeze" } },
          {
            options: { config: "authorization { user: a, password: b, timeout: 0.2 }" },
            evidence: { infoReceived: true, errText: "Authentication Timeout", closeCode: 1008 },
          },
        ),
      },
      evidence: { socketOpened: true, infoReceived: false, ...WAITED },
    },
    live: never("silence on a live link is `stale`"),
    draining: {
      simulator: {
        client: PATIENT,
        cause: async ({ server, clock }) => {
          server.faults.add({ at: "draining", action: { do: "silent" } });
          await until("the drain was met with silence", () =>
            server.events.entries.some(({ event }) => event === "fault"),
          );
          clock.ringAll();
        },
      },
      real: {
        "the server is frozen": {
          client: PATIENT,
          cause: async (stage) => {
            await whileDraining(({ server }) => server.broker.freeze()).cause(stage);
            stage.clock.ringAll();
          },
        },
        "the path is frozen": { client: QUICK_DRAIN, cause: ({ server }) => server.proxy.freeze() },
      },
    },
  },
  "upgrade-rejected": {
    dialling: {
      simulator: {
        client: found("upgrade-rejected", { httpStatus: 403 }),
        cause: ({ server }) =>
          void server.faults.add({ at: "upgrade", action: { do: "http-status", status: 403 } }),
      },
      real: {
        "an origin that isn't allowed": {
          options: { webSocketConfig: 'allowed_origins: ["https://page.test"]' },
          client: found("upgrade-rejected", { httpStatus: 403 }),
          socketOptions: { origin: "https://elsewhere.test" },
          cause: () => {},
        },
      },
      evidence: { httpStatus: 403, socketOpened: false, detail: "Unexpected server response: 403" },
    },
    handshake: never(ONLY_A_DIAL),
    live: never(ONLY_A_DIAL),
    draining: never(ONLY_A_DIAL),
  },
  "not-nats": {
    dialling: never("nothing is read before the socket opens"),
    handshake: {
      ...ruled({ at: "before-info", action: { do: "bytes", bytes: "SSH-2.0-OpenSSH_9.9\r\n" } }),
      real: {
        "something on the way speaks first": onTheWay({
          way: "down",
          at: { before: "INFO" },
          action: { do: "say", text: "SSH-2.0-OpenSSH_9.9\r\n" },
        }),
      },
      evidence: { firstBytes: "SSH-2.0-OpenSSH_9.9", infoReceived: false },
    },
    live: never("who was live has spoken NATS; what breaks it then is `protocol`"),
    draining: never("who was live has spoken NATS; what breaks it then is `protocol`"),
  },
  "wrong-port": {
    dialling: {
      simulator: { ...REFUSED.simulator, client: found("wrong-port", { detail: "raw NATS" }) },
      real: {
        "the port for TCP": {
          url: ({ broker }) => broker.tcpUrl.replace("nats:", "ws:"),
          client: found("wrong-port", { detail: "raw NATS" }),
          cause: () => {},
        },
      },
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
          // The error that a browser throws for ws:// on an https page.
          webSocket: () => {
            throw new DOMException("An insecure WebSocket may not be opened", "SecurityError");
          },
        },
        cause: () => {},
      },
      onlySimulated: "the browser refuses by itself, and no server is asked",
      evidence: { detail: "An insecure WebSocket may not be opened", socketOpened: false },
    },
    handshake: never(ONLY_A_DIAL),
    live: never(ONLY_A_DIAL),
    draining: never(ONLY_A_DIAL),
  },
} satisfies Partial<Record<FaultKind, Row>>;
