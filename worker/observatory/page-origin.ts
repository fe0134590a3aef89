import { SERVER_WAS_REACHED } from "../../contract/server.ts";
import type { Observation, ServerCheck } from "../../contract/status.ts";
import { faultOf } from "../probe/check.ts";
import { isForOrigin, type Verdict } from "../probe/classify.ts";
import { openWebSocket } from "../probe/upgrade.ts";
import { isWithin, SharedByKey } from "../shared.ts";

/** Each origin that is refused is a line in nats-server's log: what came of it is known for so long, milliseconds. */
const KNOWN_FOR_MS = 10 * 60_000;

/** Anybody can ask under any name: so many origins are tried in that time. */
const MOST_ORIGINS = 20;

/** A server that let the page in may have been started anew, with another list: who asks after a fault is told for so long what it did, milliseconds. */
const LET_IN_FOR_MS = 5000;

/** How long an answer may take with the look that it shows, milliseconds: no monitor waits for much more. */
const ANSWER_LIMIT_MS = 4400;

const REFUSED: Verdict = { kind: "upgrade-rejected", confidence: "likely", explanation: "origin-refused" };

interface Tried {
  readonly atMs: number;
  readonly isRefused: boolean;
}

/** What came of coming from a page, by its origin and by server. */
const tried = new Map<string, SharedByKey<Tried>>();
let sinceMs = Number.NEGATIVE_INFINITY;

/**
 * The origins that browsers may show for an address that is asked: a proxy may have ended TLS.
 * @param page what the page that asks says of itself: of one at this very host it says which it is
 */
export function originsAt(address: string, page: string | null): readonly string[] {
  const origins = [...new Set([address.replace(/^http:/, "https:"), address])];
  return page !== null && origins.includes(page) ? [page] : origins;
}

/**
 * An observation as the pages of one of these origins have it: the probe came from none, which nats-server always lets
 * in. It is for the one answer, and never everybody's: whoever asks chooses the address.
 */
export async function seenFrom(
  origins: readonly string[],
  seen: Observation,
  isFresh: boolean,
): Promise<Observation> {
  const deadlineMs = Date.now() + ANSWER_LIMIT_MS - seen.durationMs;
  const isGood = (one: Tried): boolean => !isFresh || one.isRefused || isWithin(LET_IN_FOR_MS, one.atMs);
  const areRefused = async (server: string): Promise<boolean> => {
    for (const origin of origins) {
      const last = await placeOf(origin)
        ?.of(server)
        .get(isGood, () => tryFrom(origin, server, deadlineMs));
      if (!last?.isRefused) return false;
    }
    return true;
  };
  const servers = await Promise.all(
    seen.servers.map(async (one) => {
      const isReached = one.fault === undefined || SERVER_WAS_REACHED.has(one.fault);
      return isReached && (await areRefused(one.componentId)) ? refusing(one) : one;
    }),
  );
  const isWarning = seen.status === "pass" && servers.some(({ status }) => status !== "pass");
  return { ...seen, servers, status: isWarning ? "warn" : seen.status };
}

function refusing(one: ServerCheck): ServerCheck {
  const status = one.status === "fail" ? "fail" : "warn";
  return { ...one, ...faultOf(one.componentId, REFUSED), status };
}

/** Where is kept what came of an origin; undefined where too many were tried already. */
function placeOf(origin: string): SharedByKey<Tried> | undefined {
  if (!isWithin(KNOWN_FOR_MS, sinceMs)) {
    tried.clear();
    sinceMs = Date.now();
  }
  if (!tried.has(origin) && tried.size < MOST_ORIGINS) tried.set(origin, new SharedByKey());
  return tried.get(origin);
}

/** What fails otherwise says nothing of the origin. */
async function tryFrom(origin: string, server: string, deadlineMs: number): Promise<Tried> {
  const atMs = Date.now();
  const { evidence, socket, abandon } = await openWebSocket(server, origin, Math.max(1, deadlineMs - atMs));
  socket?.accept();
  socket?.close();
  abandon();
  return { atMs, isRefused: isForOrigin(evidence) };
}
