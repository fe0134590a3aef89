import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { MAX_TIMER_MS } from "../connection/timers.ts";
import type { Events } from "../events.ts";
import { parseUrl } from "../url.ts";
import type { ActiveFault, PathFaults } from "./active-fault.ts";
import type { Faults } from "./faults.ts";

/** Largest request body; valid ones contain only a few numbers. */
const MAX_BODY_BYTES = 64 * 1024;

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

type Body = Readonly<Record<string, unknown>>;

/** Injects a fault; `{"clear":true}` ends the returned fault. */
type Injector = (faults: Faults, body: Body) => ActiveFault | undefined;

/** Default times of the lame duck: long enough to watch, short enough to wait for. */
const LAME_DUCK = { graceMs: 500, durationMs: 3000, downMs: 3000 };

const INJECTORS: Readonly<Record<string, Injector>> = {
  kill: (faults, body) => faults.kill({ downMs: readDelay(body, "downMs") }),
  freeze: (faults) => faults.freeze(),
  refuse: (faults) => faults.refuse(),
  "reject-token": (faults) => faults.rejectToken(),
  "expire-token": (faults) => {
    faults.expireToken();
    return undefined;
  },
  "lame-duck": (faults, body) => {
    const graceMs = readDelay(body, "graceMs") ?? LAME_DUCK.graceMs;
    const durationMs = readDelay(body, "durationMs") ?? LAME_DUCK.durationMs;
    const downMs = readDelay(body, "downMs") ?? LAME_DUCK.downMs;
    const over = faults.lameDuck({ graceMs, durationMs }).then(async (end) => {
      if (end === "over") await faults.kill({ downMs }).over;
    });
    return { clear: () => faults.revive(), over };
  },
  announce: (faults, { clear: _, ...info }) => faults.announce(info),
};

/**
 * The live control: `POST /fault/<name>` with a JSON object injects a fault, with `{"clear":true}` ends it;
 * `POST /clear` ends all; `GET /faults` lists known and active faults; `GET /events` returns the event log.
 */
export function createControl(events: Events, faults: Faults, pathFaults: PathFaults): Server {
  const onThePath = Object.entries(pathFaults).map(([name, bringAbout]): [string, Injector] => [
    name,
    (_, body) => bringAbout(body),
  ]);
  const injectors = new Map([...Object.entries(INJECTORS), ...onThePath]);
  /** Several faults of one name are ended together. */
  const active = new Set<{ readonly name: string; readonly fault: ActiveFault }>();
  const names = (): readonly string[] => [...new Set([...active].map(({ name }) => name))];

  async function answer(request: IncomingMessage): Promise<unknown> {
    const { method } = request;
    const path = new URL(request.url ?? "/", "http://control").pathname;
    if (method === "OPTIONS") return {};
    if (method === "GET" && path === "/faults") return { known: [...injectors.keys()], active: names() };
    if (method === "GET" && path === "/events") return { totals: events.totals, entries: events.entries };
    if (method !== "POST") throw new Error(`${method} ${path} is unknown; GET /faults lists the faults`);
    const body = await readBody(request);
    if (path === "/clear") {
      const left = [...active].filter(({ name }) => Object.hasOwn(pathFaults, name));
      active.clear();
      await faults.clear();
      for (const { fault } of left) await fault.clear();
      return { active: [] };
    }
    const name = path.replace(/^\/fault\//, "");
    const inject = injectors.get(name);
    if (inject === undefined)
      throw new Error(`${path} is not a fault; give /fault/ and one of ${[...injectors.keys()].join(", ")}`);
    if (body.clear === true) {
      const meant = [...active].filter((one) => one.name === name);
      for (const { fault } of meant) await fault.clear();
      for (const one of meant) active.delete(one);
      return { fault: name, active: names() };
    }
    const fault = inject(faults, body);
    if (fault !== undefined) {
      const one = { name, fault };
      active.add(one);
      // Only this one: another fault of the same name may be active.
      void fault.over?.then(() => active.delete(one));
    }
    return { fault: name, active: names() };
  }

  return createServer((request, response) => {
    if (!admitOrigin(request, response)) return;
    void answer(request).then(
      (body) => send(response, 200, body),
      (error: unknown) => send(response, 400, { error: (error as Error).message }),
    );
  });
}

/** Refuses pages of other machines, which must not break a developer's server. */
function admitOrigin(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin, host } = request.headers;
  // A GET of a page whose name was rebound to this machine has no Origin, but its name as Host.
  const address = origin ?? `http://${host ?? "localhost"}`;
  if (!LOOPBACK_HOSTS.has(parseUrl(address)?.hostname ?? "")) {
    send(response, 403, { error: `origin ${address} is not on this machine` });
    return false;
  }
  if (origin === undefined) return true;
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

/** A delay in the request's body, milliseconds; undefined when absent. */
function readDelay(body: Body, field: string): number | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (typeof value !== "number" || !(value >= 0 && value <= MAX_TIMER_MS))
    throw new Error(`${field} is ${JSON.stringify(value)}; give 0 to ${MAX_TIMER_MS}`);
  return value;
}
