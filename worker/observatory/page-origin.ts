import { SERVER_WAS_REACHED } from "../../contract/server.ts";
import type { Observation, ServerCheck } from "../../contract/status.ts";
import { isForOrigin } from "../probe/classify.ts";
import { openWebSocket } from "../probe/upgrade.ts";
import { explain } from "../probe/words.ts";
import { isWithin, SharedByKey } from "../shared.ts";

/** Each origin that is refused is a line in nats-server's log: what came of it is known for so long, milliseconds. */
const KNOWN_FOR_MS = 10 * 60_000;

/** Anybody can ask under any name: so many are tried in that time. */
const MOST_NAMES = 10;

/** A server that let the page in may have been started anew, with another list: who asks after a fault is told for so long what it did, milliseconds. */
const LET_IN_FOR_MS = 5000;

const UPGRADE_LIMIT_MS = 1000;

interface Tried {
  readonly atMs: number;
  readonly isRefused: boolean;
}

/** What came of coming from a page, by its possible origins and by server. */
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
  const servers = await Promise.all(
    seen.servers.map(async (one) => {
      const isReached = one.fault === undefined || SERVER_WAS_REACHED.has(one.fault);
      return isReached && (await isRefused(one.componentId, origins, isFresh)) ? refusing(one) : one;
    }),
  );
  const isWarning = seen.status === "pass" && servers.some(({ status }) => status !== "pass");
  return { ...seen, servers, status: isWarning ? "warn" : seen.status };
}

function refusing(one: ServerCheck): ServerCheck {
  const [explanation, fault] = ["origin-refused", "upgrade-rejected"] as const;
  const status = one.status === "fail" ? "fail" : "warn";
  const words = explain(explanation, one.componentId);
  return { ...one, ...words, status, observedValue: fault, fault, confidence: "likely", explanation };
}

async function isRefused(server: string, origins: readonly string[], isFresh: boolean): Promise<boolean> {
  const isGood = (one: Tried): boolean => !isFresh || one.isRefused || isWithin(LET_IN_FOR_MS, one.atMs);
  const last = await placeOf(origins.join())
    ?.of(server)
    .get(isGood, async () => ({ atMs: Date.now(), isRefused: await areRefused(server, origins) }));
  return last?.isRefused ?? false;
}

/** Where is kept what came of a name; undefined where too many were tried already. */
function placeOf(name: string): SharedByKey<Tried> | undefined {
  if (!isWithin(KNOWN_FOR_MS, sinceMs)) {
    tried.clear();
    sinceMs = Date.now();
  }
  if (!tried.has(name) && tried.size < MOST_NAMES) tried.set(name, new SharedByKey());
  return tried.get(name);
}

/** What fails otherwise says nothing of the origin. */
async function areRefused(server: string, origins: readonly string[]): Promise<boolean> {
  for (const origin of origins) {
    const { evidence, socket, abandon } = await openWebSocket(server, origin, UPGRADE_LIMIT_MS);
    socket?.accept();
    socket?.close();
    abandon();
    if (!isForOrigin(evidence)) return false;
  }
  return true;
}
