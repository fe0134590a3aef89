import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Hub } from "../hub.ts";
import type { ActiveFault, FaultDesk } from "./desk.ts";
import type { FaultRule } from "./scenario.ts";

/** A request's body is a few numbers; anything longer is a mistake. */
const MAX_BODY_BYTES = 64 * 1024;

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

type Body = Readonly<Record<string, unknown>>;

/** Brings one fault about; what it returns is ended by `{"clear":true}`. */
type Switch = (desk: FaultDesk, body: Body) => ActiveFault | undefined;

/** The panel's defaults: slow enough to be seen, quick enough to be waited for. */
const SLOW_LATENCY_MS = 1000;
const LAME_DUCK = { graceMs: 500, durationMs: 3000, downMs: 3000 };

const SWITCHES: Readonly<Record<string, Switch>> = {
  kill: (desk, body) => desk.kill(optional({ downMs: number(body, "downMs") })),
  freeze: (desk) => desk.freeze(),
  refuse: (desk) => desk.refuse(),
  "reject-token": (desk) => desk.rejectToken(),
  "expire-token": (desk) => {
    desk.expireToken();
    return undefined;
  },
  slow: (desk, body) =>
    desk.slow({
      latencyMs: number(body, "latencyMs") ?? SLOW_LATENCY_MS,
      bytesPerSecond: number(body, "bytesPerSecond") ?? 0,
    }),
  "lame-duck": (desk, body) => {
    const graceMs = number(body, "graceMs") ?? LAME_DUCK.graceMs;
    const durationMs = number(body, "durationMs") ?? LAME_DUCK.durationMs;
    const downMs = number(body, "downMs") ?? LAME_DUCK.downMs;
    const over = desk.lameDuck({ graceMs, durationMs }).then(async (end) => {
      if (end === "over") await desk.kill({ downMs }).over;
    });
    return { clear: () => desk.revive(), over };
  },
  "skew-clock": (desk, body) => desk.skewClock(number(body, "byMs") ?? 0),
  announce: (desk, { clear: _, ...info }) => desk.announce(info),
  rule: (desk, body) => desk.add(body as unknown as FaultRule),
};

/**
 * The live control: `POST /fault/<name>` with a JSON object, `{"clear":true}` to
 * end it; `POST /clear` ends all; `GET /faults` tells what is on; `GET /ledger`.
 */
export function createControl(hub: Hub, desk: FaultDesk): Server {
  const active = new Map<string, ActiveFault>();
  return createServer((request, response) => {
    if (!admitOrigin(request, response)) return;
    void answer(request, hub, desk, active).then(
      (body) => send(response, 200, body),
      (error: unknown) => send(response, 400, { error: (error as Error).message }),
    );
  });
}

async function answer(
  request: IncomingMessage,
  hub: Hub,
  desk: FaultDesk,
  active: Map<string, ActiveFault>,
): Promise<unknown> {
  const path = new URL(request.url ?? "/", "http://control").pathname;
  if (request.method === "OPTIONS") return {};
  if (request.method === "GET" && path === "/faults")
    return { known: Object.keys(SWITCHES), active: [...active.keys()] };
  if (request.method === "GET" && path === "/ledger")
    return { totals: hub.ledger.totals, entries: hub.ledger.entries };
  if (request.method !== "POST")
    throw new Error(`${request.method} ${path} is not known; GET /faults lists the faults`);
  const body = await readBody(request);
  if (path === "/clear") {
    active.clear();
    await desk.clear();
    return { active: [] };
  }
  const name = path.replace(/^\/fault\//, "");
  const switchOn = SWITCHES[name];
  if (switchOn === undefined)
    throw new Error(`${path} is not a fault; give /fault/ and one of ${Object.keys(SWITCHES).join(", ")}`);
  if (body.clear === true) {
    await active.get(name)?.clear();
    active.delete(name);
  } else {
    const fault = switchOn(desk, body);
    if (fault !== undefined) active.set(name, fault);
    void fault?.over?.then(() => active.delete(name));
  }
  return { fault: name, active: [...active.keys()] };
}

/** Pages from elsewhere must not be able to break a developer's server. */
function admitOrigin(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return true;
  if (!LOOPBACK_HOSTS.has(URL.parse(origin)?.hostname ?? "")) {
    send(response, 403, { error: `origin ${origin} is not on this machine` });
    return false;
  }
  response.setHeader("Access-Control-Allow-Origin", origin);
  response.setHeader("Access-Control-Allow-Headers", "content-type");
  response.setHeader("Access-Control-Allow-Methods", "GET, POST");
  response.setHeader("Vary", "Origin");
  return true;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MAX_BODY_BYTES) throw new Error(`the body is longer than ${MAX_BODY_BYTES} bytes`);
  }
  if (text.trim() === "") return {};
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error("the body must be a JSON object");
  return value as Body;
}

function number(body: Body, field: string): number | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new Error(`${field} is ${JSON.stringify(value)}; give a number`);
  return value;
}

function optional<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
