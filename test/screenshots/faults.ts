/** Pictures of every fault, caused by a real server or simulator where possible. */
import { createServer, type Socket } from "node:net";
import type { Page } from "playwright-core";
import type { ExplanationKey } from "../../client/index.ts";
import { EXPLANATIONS } from "../../contract/explanations.ts";
import type { ProblemName } from "../../contract/problem.ts";
import {
  type FaultRule,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from "../../simulator/index.ts";
import { listen, unlisten } from "../../simulator/listeners/listening.ts";
import { hook } from "../support/page/dashboard.ts";
import { lookAt } from "../support/page/looks.ts";
import { withoutPart } from "../support/page/parts.ts";
import type { Gallery } from "./gallery.ts";
import { enter, type Props, type Stage } from "./stage.ts";

/** A missing feature of the browser, or a missing part of the page. */
type Lack = "subtle" | "Ed25519" | "nats.ws";

/** How to cause a fault. */
interface FaultScene {
  /** The simulator to start. If missing, no process listens. */
  readonly simulator?: SimulatorOptions;
  /** Starts a server that isn't NATS and sends this text to each connection. */
  readonly greeting?: string;
  /** Fault at the first dial. */
  readonly atDial?: FaultRule;
  /** Fault once the page is live. */
  readonly live?: FaultRule;
  readonly props?: Props;
  /** The browser goes offline before live data is switched on. */
  readonly offline?: true;
  /** Passphrase to enter when the page asks for it. */
  readonly passphrase?: string;
  /** A feature that the browser doesn't have. */
  readonly without?: Lack;
  /** The element that shows the fault, if it isn't the banner. */
  readonly shownIn?: string;
}

const NATS: SimulatorOptions = {};
/** A remote address, because even an https page may open ws:// to this machine. */
const ELSEWHERE = "ws://nats.example.com:9222";

/** A live link that receives `-ERR` with this text, and is closed, at its next ping. */
function errorScene(text: string, code = 1008): FaultScene {
  return { simulator: NATS, live: { at: "before-pong", action: { do: "error", text, code } } };
}

function closed(code: number, reason: string): FaultScene {
  return { simulator: NATS, live: { at: "before-pong", action: { do: "close-code", code, reason } } };
}

/** A page that needs a token, which the worker refuses. */
function gated(gate: string, status: number, problem?: ProblemName): Props {
  const auth = { mode: "jwt", gate, tokenLifetimeMs: 600_000 };
  return { config: { auth }, refusal: problem === undefined ? { status } : { status, problem } };
}

/** A user who may subscribe to only one of the feeds. */
const NARROW = {
  name: "page",
  password: "",
  account: "$G",
  permissions: { subscribe: { allow: ["egos.llm.logs"] } },
};

const SCENES: Readonly<Record<ExplanationKey, FaultScene>> = {
  // A remote server, because one on this machine is reachable offline.
  offline: { offline: true, props: { config: { servers: [ELSEWHERE] } } },
  unreachable: { props: { edge: "none" } },
  "blocked-here": {
    simulator: NATS,
    atDial: { at: "accept", action: { do: "close" } },
    props: { edge: { status: "pass" } },
  },
  "down-for-everyone": {
    props: { edge: { status: "fail", fault: "unreachable", output: "The connection was reset." } },
  },
  "origin-refused": {
    simulator: NATS,
    atDial: { at: "upgrade", action: { do: "http-status", status: 403 } },
    props: { edge: { status: "warn", fault: "upgrade-rejected", explanation: "origin-refused" } },
  },
  "new-configuration": { props: { edge: { status: "pass", server: "ws://another.example:9222" } } },
  refused: {},
  dns: {
    props: {
      config: { servers: ["ws://nats.invalid:9222"] },
      edge: {
        status: "fail",
        fault: "dns",
        output: "The host name of ws://nats.invalid:9222 can't be resolved.",
      },
    },
  },
  tls: {
    props: { config: { servers: ["wss://localhost:9443"] }, edge: { status: "fail", fault: "tls" } },
  },
  timeout: {
    simulator: NATS,
    atDial: { at: "upgrade", action: { do: "silent" } },
    props: { tunables: { connectTimeoutMs: 500 } },
  },
  "upgrade-rejected": {
    simulator: NATS,
    atDial: { at: "upgrade", action: { do: "http-status", status: 403 } },
  },
  "not-nats": {
    simulator: NATS,
    atDial: { at: "before-info", action: { do: "bytes", bytes: "SSH-2.0-OpenSSH_9.9\r\n" } },
  },
  "wrong-port": { greeting: 'INFO {"server_id":"N","version":"2.15.0"}\r\n' },
  "mixed-content": { props: { origin: "https://dashboard.example.com", config: { servers: [ELSEWHERE] } } },
  "auth-required": { simulator: { auth: { type: "token", token: "s3cret" } } },
  "auth-rejected": errorScene("Authorization Violation"),
  "auth-expired": errorScene("User Authentication Expired"),
  "auth-revoked": errorScene("Credentials Revoked"),
  permission: {
    simulator: { auth: { type: "users", users: [NARROW], anonymousUser: "page" } },
    shownIn: hook("feed-sparc-denied"),
  },
  "max-connections": errorScene("maximum connections exceeded"),
  "slow-consumer": closed(1008, "Slow Consumer (Pending Bytes)"),
  "payload-too-large": errorScene("Maximum Payload Violation", 1009),
  "too-many-subscriptions": {
    simulator: { maxSubscriptions: 2 },
    shownIn: hook("feed-propagation-denied"),
  },
  "server-shutdown": closed(1001, "Server Shutdown"),
  "lame-duck": { simulator: NATS, shownIn: `${hook("timeline-entry")}[data-type="handover-failed"]` },
  stale: { simulator: NATS, live: { at: "before-pong", action: { do: "silent" } } },
  protocol: { simulator: NATS, live: { at: "before-pong", action: { do: "bytes", bytes: "PUNG\r\n" } } },
  "token-source": { simulator: NATS, props: gated("public", 500) },
  "token-limited": {
    simulator: NATS,
    props: gated("public", 429, "rate-limited"),
  },
  "unnamed-proxy": { simulator: NATS, props: gated("public", 403, "foreign-origin") },
  "no-crypto": { simulator: NATS, props: gated("public", 401), without: "subtle" },
  "not-loaded": { without: "nats.ws" },
  "no-ed25519": { simulator: NATS, props: gated("public", 401), without: "Ed25519" },
  "access-ended": { simulator: NATS, props: gated("access", 401) },
  "passphrase-needed": {
    simulator: NATS,
    props: gated("passphrase", 401),
    shownIn: `${hook("passphrase")}[data-asking="passphrase"]`,
  },
  "passphrase-wrong": {
    simulator: NATS,
    props: gated("passphrase", 401),
    passphrase: "not the one",
    shownIn: `${hook("passphrase")}[data-asking="again"]`,
  },
  unknown: errorScene("An Error Nobody Has Heard Of"),
};

/** Short ping interval, because a ping triggers the fault of a live page. */
const PING = { pingIntervalMs: 400, pongTimeoutMs: 400 };

/** Takes a picture of each fault in every look: of its banner (or `shownIn`), and of the whole window for the first. */
export async function takeFaults(gallery: Gallery, stage: Stage): Promise<void> {
  for (const key of Object.keys(EXPLANATIONS) as ExplanationKey[]) {
    const name = `fault-${key}`;
    if (gallery.wants(name)) await takeFault(gallery, stage, name, key, SCENES[key]);
  }
}

async function takeFault(
  gallery: Gallery,
  stage: Stage,
  name: string,
  key: ExplanationKey,
  scene: FaultScene,
): Promise<void> {
  const { simulator, end } = await play(stage, scene);
  const tunables = { ...(scene.live === undefined ? {} : PING), ...scene.props?.tunables };
  const { page, dashboard, close } = await enter(stage, { ...scene.props, tunables });
  try {
    if (scene.offline) await goOffline(page);
    if (scene.without !== undefined) await remove(page, scene.without);
    await dashboard.toggle();
    if (scene.live !== undefined) {
      await dashboard.turns("green");
      simulator?.faults.add(scene.live);
    }
    if (key === "lame-duck") {
      await dashboard.turns("green");
      void simulator?.faults.lameDuck({ graceMs: 60_000, durationMs: 60_000 });
    }
    if (scene.passphrase !== undefined) {
      await page.fill(hook("passphrase-input"), scene.passphrase);
      await page.click(hook("passphrase-submit"));
    }
    const place = scene.shownIn ?? `${hook("banner")}[data-explanation="${key}"]`;
    await page.waitForSelector(place, { timeout: 15_000 });
    await gallery.take(page, name, { element: place });
  } finally {
    await close();
    await end();
  }
}

/** Removes a feature from the browser, or a file of the page. */
async function remove(page: Page, what: Lack): Promise<void> {
  if (what === "nats.ws") {
    await withoutPart(page, "nats");
    return;
  }
  await page.evaluate((taken) => {
    if (taken === "subtle") Object.defineProperty(crypto, "subtle", { value: undefined });
    else crypto.subtle.generateKey = () => Promise.reject(new DOMException("Unrecognized name.")) as never;
  }, what);
}

/** Sets the browser offline after both languages are loaded. */
async function goOffline(page: Page): Promise<void> {
  await lookAt(page, { width: 360, theme: "light", language: "pt-BR" });
  await page.context().setOffline(true);
}

/** Starts a scene's server. */
async function play(
  { port }: Stage,
  { simulator: options, greeting, atDial }: FaultScene,
): Promise<{ readonly simulator?: Simulator; end(): Promise<void> }> {
  if (options !== undefined) {
    const simulator = await startSimulator({ ...options, webSocketPort: port });
    if (atDial !== undefined) simulator.faults.add(atDial);
    return { simulator, end: () => simulator.stop() };
  }
  if (greeting === undefined) return { end: async () => {} };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.write(greeting);
  });
  await listen(server, "127.0.0.1", port);
  return {
    end: () => {
      for (const socket of sockets) socket.destroy();
      return unlisten(server);
    },
  };
}
