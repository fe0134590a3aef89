import type { Confidence } from "../../client/faults/index.ts";
import { isWithin } from "../shared.ts";
import { isForOrigin } from "./classify.ts";
import { openWebSocket } from "./upgrade.ts";

/** What a server did with the origins under which somebody came. */
interface OriginsOf {
  /** When each was tried, epoch milliseconds: those that are let in, as they came, before those that aren't, the newest first. */
  readonly tried: Readonly<Record<string, { readonly atMs: number; readonly isRefused: boolean }>>;
  /** What names those that answered there, each since it was started; several, where a balancer stands before them. */
  readonly serverIds: readonly string[];
  /** When the last of them came, epoch milliseconds: `allowed_origins` changes with a start. */
  readonly startedAtMs: number;
}

/** What is known of servers' `allowed_origins`, where PUBLIC_URL doesn't say where the page is. Kept from look to look. */
export interface KnownOrigins {
  servers: Readonly<Record<string, OriginsOf>>;
  /** When an origin was last tried only for whoever asked there, epoch milliseconds. */
  asideAtMs: number;
}

const NONE: OriginsOf = { tried: {}, serverIds: [], startedAtMs: 0 };

/** Each origin that is refused is a line in nats-server's log: for so long it isn't tried again, milliseconds. */
const AGAIN_AFTER_MS = 45 * 60_000;

/** Anybody can ask under any name: so many are remembered, and so many tried in a minute until one is let in. */
const KEPT = 8;
const MOST_TRIED = 6;
/** Without `allowed_origins` any name is let in: it takes no place from those that came first, nor from those refused. */
const LET_IN_KEPT = 3;
/** So many may stand behind one address. */
const SERVERS_KEPT = 32;
const MINUTE_MS = 60_000;

const ASIDE_LIMIT_MS = 1000;

/**
 * The origins that browsers may show for an address that is asked: a proxy may have ended TLS.
 * @param page what the page that asks says of itself: of one at this very host it says which it is
 */
export function originsAt(address: string, page: string | null): readonly string[] {
  const origins = [...new Set([address.replace(/^http:/, "https:"), address])];
  return page !== null && origins.includes(page) ? [page] : origins;
}

/** Under which origins a visitor comes to servers, and what these did with them before. */
export class Origins {
  readonly #publicUrl: string | null;
  readonly #askedAt: readonly string[];
  readonly #known: KnownOrigins;

  /** Without what is known, it comes under PUBLIC_URL or none: the address that is asked would be tried at each look. */
  constructor(publicUrl: string | null, askedAt: readonly string[] = [], known?: KnownOrigins) {
    this.#publicUrl = publicUrl;
    this.#askedAt = known === undefined ? [] : askedAt;
    this.#known = known ?? { servers: {}, asideAtMs: 0 };
  }

  /** One after the other, until one is let in: first what was let in before, and at last none. */
  toTry(server: string): readonly (string | null)[] {
    if (this.#publicUrl !== null) return [this.#publicUrl, null];
    const of = this.#known.servers[server] ?? NONE;
    const before = Object.keys(of.tried);
    const letIn = before.filter((origin) => of.tried[origin]?.isRefused === false);
    const lately = Object.values(of.tried).filter(({ atMs }) => isWithin(MINUTE_MS, atMs));
    const due = [...this.#askedAt, ...before].filter((one) => isDue(of, one));
    const most = Math.max(Math.min(letIn.length, 1), MOST_TRIED - lately.length);
    return [...[...new Set([...letIn, ...due])].slice(0, most), null];
  }

  /**
   * Takes down what came of that.
   * @returns how sure it is that the server lets no page in
   */
  take(
    server: string,
    refused: readonly string[],
    letIn: string | null,
    serverId?: string,
  ): Confidence | undefined {
    if (this.#publicUrl !== null) return letIn === null && refused.length > 0 ? "certain" : undefined;
    const { serverIds, startedAtMs } = this.#known.servers[server] ?? NONE;
    // The clock was set back: until it is there again, all would be from before the start.
    if (startedAtMs > Date.now()) change(this.#known, server, { startedAtMs: Date.now() });
    if (serverId !== undefined && !serverIds.includes(serverId)) {
      const after = { serverIds: [...serverIds, serverId].slice(-SERVERS_KEPT), startedAtMs: Date.now() };
      change(this.#known, server, after);
    }
    for (const origin of refused) note(this.#known, server, origin, true);
    if (letIn !== null) note(this.#known, server, letIn, false);
    const all = Object.values(this.#known.servers[server]?.tried ?? {});
    if (all.length === 0 || all.some(({ isRefused }) => !isRefused)) return undefined;
    return this.toTry(server).length > 1 ? "possible" : "likely";
  }
}

/** Whether a server refuses the pages of these origins. */
export function isRefused({ servers }: KnownOrigins, server: string, origins: readonly string[]): boolean {
  return origins.every((origin) => servers[server]?.tried[origin]?.isRefused === true);
}

/** The servers at which to try an address aside: where it isn't known that its pages are let in, or that they aren't. */
export function dueAside(
  known: KnownOrigins,
  servers: readonly string[],
  origins: readonly string[],
): readonly string[] {
  if (isWithin(MINUTE_MS, known.asideAtMs)) return [];
  return servers.filter((server) => {
    const of = known.servers[server] ?? NONE;
    const fresh = origins.filter((origin) => !isDue(of, origin));
    return fresh.length < origins.length && fresh.every((origin) => of.tried[origin]?.isRefused);
  });
}

/** Tries an address for its own pages alone, and takes down what came of it; at servers that let the edge in. */
export async function tryAside(
  known: KnownOrigins,
  servers: readonly string[],
  origins: readonly string[],
): Promise<void> {
  const due = dueAside(known, servers, origins);
  if (due.length === 0) return;
  known.asideAtMs = Date.now();
  await Promise.all(
    due.map(async (server) => {
      for (const origin of origins) {
        const { evidence, socket, abandon } = await openWebSocket(server, origin, ASIDE_LIMIT_MS);
        socket?.accept();
        socket?.close();
        abandon();
        const isRefused = isForOrigin(evidence);
        // What fails otherwise says nothing of the origin.
        if (socket === null && !isRefused) return;
        note(known, server, origin, isRefused);
        if (!isRefused) return;
      }
    }),
  );
}

/** Whether it is time to try an origin: of several servers behind one address, one that refused it may be gone by now. */
function isDue({ tried, serverIds, startedAtMs }: OriginsOf, origin: string): boolean {
  const last = tried[origin];
  if (last === undefined || last.atMs < startedAtMs) return true;
  const sinceStartMs = serverIds.length > 1 ? last.atMs - startedAtMs : AGAIN_AFTER_MS;
  return !isWithin(Math.min(AGAIN_AFTER_MS, Math.max(MINUTE_MS, sinceStartMs)), last.atMs);
}

/** Takes down what came of an origin, unless that is what is known: nothing is to be written at each look. */
function note(known: KnownOrigins, server: string, origin: string, isRefused: boolean): void {
  const of = known.servers[server] ?? NONE;
  if (of.tried[origin]?.isRefused === isRefused && !isDue(of, origin)) return;
  const all = Object.entries({ ...of.tried, [origin]: { atMs: Date.now(), isRefused } });
  const letIn = all.filter(([, last]) => !last.isRefused);
  const refused = all.filter(([, last]) => last.isRefused).sort(([, a], [, b]) => b.atMs - a.atMs);
  // The newest takes the last place: it may be the page's own, where others asked before.
  letIn.splice(LET_IN_KEPT - 1, letIn.length - LET_IN_KEPT);
  change(known, server, { tried: Object.fromEntries([...letIn, ...refused].slice(0, KEPT)) });
}

function change(known: KnownOrigins, server: string, changed: Partial<OriginsOf>): void {
  known.servers = { ...known.servers, [server]: { ...NONE, ...known.servers[server], ...changed } };
}
