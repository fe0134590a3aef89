import type { Confidence } from "../../client/faults/index.ts";
import { isForOrigin } from "./classify.ts";
import { openWebSocket } from "./upgrade.ts";

/** What a server did with the origins under which the edge came. */
interface OriginsOf {
  /** The one that was let in last, letter by letter; null before there is one. */
  readonly letIn: string | null;
  /** The others, and that one where it is refused since: when they were tried, epoch milliseconds. */
  readonly tried: Readonly<Record<string, { readonly atMs: number; readonly isRefused: boolean }>>;
  /** What names those that answered there, each since it was started; several, where a balancer stands before them. */
  readonly serverIds: readonly string[];
}

/** What is known of servers' `allowed_origins`, where PUBLIC_URL doesn't say where the page is. Kept from look to look. */
export interface KnownOrigins {
  servers: Readonly<Record<string, OriginsOf>>;
  /** When an origin was last tried only for whoever asked there, epoch milliseconds. */
  asideAtMs: number;
}

const NONE: OriginsOf = { letIn: null, tried: {}, serverIds: [] };

/** Each origin that is refused is a line in nats-server's log: for so long it isn't tried again, milliseconds. */
const AGAIN_AFTER_MS = 45 * 60_000;

/** Anybody can ask under any name: so many are remembered, and so many tried in a minute while none is let in. */
const KEPT = 8;
const MOST_TRIED = 6;
/** So many may stand behind one address. */
const SERVERS_KEPT = 32;
const MINUTE_MS = 60_000;

const ASIDE_LIMIT_MS = 1000;

/** The origins that browsers may show for an address that is asked: a proxy may have ended TLS. */
function originsAt(address: string): readonly string[] {
  return [...new Set([address.replace(/^http:/, "https:"), address])];
}

/** Under which origins a visitor comes to servers, and what these did with them before. */
export class Origins {
  readonly #publicUrl: string | null;
  readonly #askedAt: readonly string[];
  readonly #known: KnownOrigins;

  /** Without what is known, it comes under PUBLIC_URL or none: the address that is asked would be tried at each look. */
  constructor(publicUrl: string | null, askedAt?: string, known?: KnownOrigins) {
    this.#publicUrl = publicUrl;
    this.#askedAt = askedAt === undefined || known === undefined ? [] : originsAt(askedAt);
    this.#known = known ?? { servers: {}, asideAtMs: 0 };
  }

  /** One after the other, until one is let in: first what was let in before, and at last none. */
  toTry(server: string): readonly (string | null)[] {
    if (this.#publicUrl !== null) return [this.#publicUrl, null];
    const { letIn, tried } = this.#known.servers[server] ?? NONE;
    const before = letIn === null ? [] : [letIn, ...originsAt(letIn)];
    const lately = Object.values(tried).filter(({ atMs }) => isYounger(atMs, MINUTE_MS));
    const others = [...this.#askedAt, ...Object.keys(tried)];
    const isWorthIt = (origin: string): boolean => {
      const last = tried[origin];
      return last === undefined || !last.isRefused || !isYounger(last.atMs, AGAIN_AFTER_MS);
    };
    const due = others.filter((origin) => !before.includes(origin) && isWorthIt(origin));
    const most = Math.max(0, MOST_TRIED - lately.length);
    return [...new Set([...before.filter(isWorthIt), ...due.slice(0, most)]), null];
  }

  /**
   * Takes down what came of that. What a server refused before it was started anew says nothing: `allowed_origins`
   * changes with a start.
   * @returns how sure it is that the server lets no page in
   */
  take(
    server: string,
    refused: readonly string[],
    letIn: string | null,
    serverId?: string,
  ): Confidence | undefined {
    if (this.#publicUrl !== null) return letIn === null && refused.length > 0 ? "certain" : undefined;
    const before = this.#known.servers[server] ?? NONE;
    const isNew = serverId !== undefined && !before.serverIds.includes(serverId);
    if (isNew) {
      const serverIds = [...before.serverIds, serverId].slice(-SERVERS_KEPT);
      const old = Object.entries(before.tried).map(([origin, last]) => [origin, { ...last, atMs: 0 }]);
      const after = { ...before, tried: Object.fromEntries(old), serverIds };
      this.#known.servers = { ...this.#known.servers, [server]: after };
    }
    note(this.#known, server, Object.fromEntries(refused.map((origin) => [origin, true])), letIn);
    if (letIn !== null) return undefined;
    const untried = Object.keys(before.tried).filter((origin) => !refused.includes(origin));
    if (isNew && untried.length > 0) return "possible";
    const { tried } = this.#known.servers[server] ?? NONE;
    return Object.values(tried).some(({ isRefused }) => isRefused) ? "likely" : undefined;
  }
}

/** Whether a server refuses the pages of an address; undefined where that wasn't tried, or is older. */
export function isRefusedAt(
  { servers }: KnownOrigins,
  server: string,
  address: string,
  maxAgeMs = Number.POSITIVE_INFINITY,
): boolean | undefined {
  const { letIn, tried } = servers[server] ?? NONE;
  const seen = originsAt(address).map((origin) => {
    const last = tried[origin];
    if (last === undefined) return origin === letIn ? false : undefined;
    return isYounger(last.atMs, maxAgeMs) ? last.isRefused : undefined;
  });
  if (seen.includes(false)) return false;
  return seen.includes(undefined) ? undefined : true;
}

/** The servers at which to try an address aside. */
export function dueAside(
  known: KnownOrigins,
  servers: readonly string[],
  address: string,
): readonly string[] {
  if (isYounger(known.asideAtMs, MINUTE_MS)) return [];
  return servers.filter((one) => isRefusedAt(known, one, address, AGAIN_AFTER_MS) === undefined);
}

/** Tries an address for its own pages alone, and takes down what came of it; at servers that let the edge in. */
export async function tryAside(
  known: KnownOrigins,
  servers: readonly string[],
  address: string,
): Promise<void> {
  const due = dueAside(known, servers, address);
  if (due.length === 0) return;
  known.asideAtMs = Date.now();
  await Promise.all(
    due.map(async (server) => {
      for (const origin of originsAt(address)) {
        const { evidence, socket, abandon } = await openWebSocket(server, origin, ASIDE_LIMIT_MS);
        socket?.accept();
        socket?.close();
        abandon();
        const isRefused = isForOrigin(evidence);
        // What fails otherwise says nothing of the origin.
        if (socket === null && !isRefused) return;
        note(known, server, { [origin]: isRefused }, socket === null ? null : origin);
        if (!isRefused) return;
      }
    }),
  );
}

/** Where one is known that is let in, no other takes its place: nothing is to be written where addresses take turns. */
function note(
  known: KnownOrigins,
  server: string,
  seen: Readonly<Record<string, boolean>>,
  letIn: string | null,
): void {
  const before = known.servers[server] ?? NONE;
  const tried = { ...before.tried };
  for (const [origin, isRefused] of Object.entries(seen)) tried[origin] = { atMs: Date.now(), isRefused };
  const isKnown = before.letIn !== null && before.letIn !== letIn && tried[before.letIn]?.isRefused !== true;
  if (letIn !== null && !isKnown) delete tried[letIn];
  const newest = Object.entries(tried).sort(([, one], [, other]) => other.atMs - one.atMs);
  const after = {
    ...before,
    letIn: isKnown ? before.letIn : (letIn ?? before.letIn),
    tried: Object.fromEntries(newest.slice(0, KEPT)),
  };
  known.servers = { ...known.servers, [server]: after };
}

function isYounger(atMs: number, ms: number): boolean {
  return Math.abs(Date.now() - atMs) < ms;
}
