import { REACHED_SERVER_FAULTS } from "../../contract/server.ts";
import type { Observation, ServerCheck } from "../../contract/status.ts";
import { faultFields } from "../probe/check.ts";
import { mayBeOriginRefusal, type Verdict } from "../probe/classify.ts";
import { openWebSocket } from "../probe/upgrade.ts";
import { isWithin, SharedByKey } from "../shared.ts";

/** How long results are kept, in milliseconds: each refusal is a line in nats-server's log. */
const KEPT_MS = 10 * 60_000;

/** Origins to try within `KEPT_MS`: anybody can send a request with any host. */
const MAX_ORIGINS = 20;

/** How long an acceptance counts for `no-cache`, in milliseconds: the server may have restarted with another list. */
const ACCEPTED_MS = 5000;

/** How long the probe and this check may take together, in milliseconds: monitors don't wait much longer. */
const ANSWER_LIMIT_MS = 4400;

const REFUSED: Verdict = { kind: "upgrade-rejected", confidence: "likely", explanation: "origin-refused" };

interface OriginResult {
  readonly atMs: number;
  readonly isRefused: boolean;
}

/** Whether servers refused an origin, by origin and server. */
const results = new Map<string, SharedByKey<OriginResult>>();
let sinceMs = Number.NEGATIVE_INFINITY;

/**
 * The origins that browsers may show for a requested address: http may be https behind a proxy that ends TLS.
 * @param page the page's own origin, if known: the only one returned, if it has the requested host
 */
export function pageOrigins(address: string, page: string | null): readonly string[] {
  const origins = [...new Set([address.replace(/^http:/, "https:"), address])];
  return page !== null && origins.includes(page) ? [page] : origins;
}

/**
 * Reports origin-refused for each server that refuses all of these origins: as a warning, unless the server fails anyway.
 * The probe sent no Origin, which nats-server always accepts. Don't share the result: the requester chose the address.
 */
export async function withOriginCheck(
  origins: readonly string[],
  observation: Observation,
  isFresh: boolean,
): Promise<Observation> {
  const deadlineMs = Date.now() + ANSWER_LIMIT_MS - observation.durationMs;
  const isGood = (one: OriginResult): boolean => !isFresh || one.isRefused || isWithin(ACCEPTED_MS, one.atMs);
  const refusesAll = async (server: string): Promise<boolean> => {
    for (const origin of origins) {
      const last = await resultsOf(origin)
        ?.of(server)
        .get(isGood, () => tryOrigin(origin, server, deadlineMs));
      if (!last?.isRefused) return false;
    }
    return true;
  };
  const servers = await Promise.all(
    observation.servers.map(async (one) => {
      const isReached = one.fault === undefined || REACHED_SERVER_FAULTS.has(one.fault);
      return isReached && (await refusesAll(one.componentId)) ? asRefusing(one) : one;
    }),
  );
  const isWarning = observation.status === "pass" && servers.some(({ status }) => status !== "pass");
  return { ...observation, servers, status: isWarning ? "warn" : observation.status };
}

function asRefusing(one: ServerCheck): ServerCheck {
  const status = one.status === "fail" ? "fail" : "warn";
  return { ...one, ...faultFields(one.componentId, REFUSED), status };
}

/** An origin's results by server; undefined if too many origins were tried already. */
function resultsOf(origin: string): SharedByKey<OriginResult> | undefined {
  if (!isWithin(KEPT_MS, sinceMs)) {
    results.clear();
    sinceMs = Date.now();
  }
  if (!results.has(origin) && results.size < MAX_ORIGINS) results.set(origin, new SharedByKey());
  return results.get(origin);
}

/** Tries to connect with an origin. Any other failure doesn't count as a refusal. */
async function tryOrigin(origin: string, server: string, deadlineMs: number): Promise<OriginResult> {
  const atMs = Date.now();
  const { evidence, socket, abandon } = await openWebSocket(server, origin, Math.max(1, deadlineMs - atMs));
  socket?.accept();
  socket?.close();
  abandon();
  return { atMs, isRefused: mayBeOriginRefusal(evidence) };
}
