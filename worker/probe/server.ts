import type { Phase } from "../../contract/health.ts";
import { isMixedContent } from "../../contract/server.ts";
import type { ServerCheck } from "../../contract/status.ts";
import { checkOf } from "./check.ts";
import { classify, isForOrigin } from "./classify.ts";
import { askDns, type Resolver } from "./dns.ts";
import type { ProbeEvidence } from "./evidence.ts";
import { runSession } from "./session.ts";
import { targetOf } from "./target.ts";
import { tryTcp } from "./tcp.ts";
import { openWebSocket } from "./upgrade.ts";
import type { Visitor } from "./visitor.ts";

/** Deadlines, milliseconds: of each part, and of all together. */
const UPGRADE_LIMIT_MS = 2000;
const SESSION_LIMIT_MS = 1800;
const TCP_LIMIT_MS = 1500;
const TOTAL_LIMIT_MS = 3800;

/** A look that failed sooner than this is made again, milliseconds: a lost packet is no outage, and two aren't. */
const RETRY_BEFORE_MS = 1000;
const MAX_LOOKS = 3;

/** How often a port has to refuse, until nobody is there: workerd says so of a connection that is reset, too. */
const REFUSALS = 3;

/**
 * Looks at one server. Never rejects; takes at most 4 s.
 * @param time of the observation that this is a part of
 */
export async function observeServer(
  server: string,
  time: string,
  visitor: Visitor,
  resolver: Resolver,
): Promise<ServerCheck> {
  const { startedAtMs, ...evidence } = await gather(server, visitor, resolver, Date.now() + TOTAL_LIMIT_MS);
  return checkOf(server, evidence, { time, durationMs: Date.now() - startedAtMs });
}

/** What one connection came to, and when it was begun: what was refused before it for its origin costs it no time. */
type Look = Pick<ProbeEvidence, "upgrade" | "session" | "refusesOrigin"> & { readonly startedAtMs: number };

async function gather(
  server: string,
  visitor: Visitor,
  resolver: Resolver,
  deadlineMs: number,
): Promise<ProbeEvidence & Look> {
  const target = targetOf(server);
  const seen = {
    ...target,
    isMixedContent: isMixedContent(server, visitor.publicUrl ?? ""),
    hasCredentials: visitor.proof !== null,
  };
  const within = (limitMs: number): number => Math.max(1, Math.min(limitMs, deadlineMs - Date.now()));
  const isPoor = (look: Look): boolean => {
    const isEarly = deadlineMs - Date.now() > TOTAL_LIMIT_MS - RETRY_BEFORE_MS;
    const verdict = classify({ ...seen, ...look });
    return isEarly && verdict !== null && verdict.confidence !== "certain";
  };
  const look = await again(MAX_LOOKS, isPoor, () => lookOnce(server, visitor, within));
  // An HTTP answer says by itself what is wrong.
  if (look.session !== undefined || look.upgrade.outcome === "answered") return { ...seen, ...look };
  const tryPort = () => tryTcp(target, within(TCP_LIMIT_MS));
  const [tcp, dns] = await Promise.all([
    again(REFUSALS, (seen) => seen === "refused", tryPort),
    askDns(target, resolver, within(TCP_LIMIT_MS)),
  ]);
  return { ...seen, ...look, tcp, dns };
}

/** Looks until what is seen is good enough, so often at most. */
async function again<T>(times: number, isPoor: (seen: T) => boolean, look: () => Promise<T>): Promise<T> {
  let seen = await look();
  for (let looks = 1; looks < times && isPoor(seen); looks += 1) seen = await look();
  return seen;
}

/** One connection, as the page would make it; where it is refused for its origin, one that says nothing of a page. */
async function lookOnce(
  server: string,
  visitor: Visitor,
  within: (limitMs: number) => number,
): Promise<Look> {
  const come = async (origin: string | null) => {
    const startedAtMs = Date.now();
    return { startedAtMs, ...(await openWebSocket(server, origin, within(UPGRADE_LIMIT_MS))) };
  };
  const { publicUrl } = visitor;
  const first = await come(publicUrl);
  const refusesOrigin = publicUrl !== null && isForOrigin(first.evidence);
  const {
    socket,
    startedAtMs,
    evidence: upgrade,
    tookMs,
    abandon,
  } = refusesOrigin ? await come(null) : first;
  if (socket === null) return { upgrade, startedAtMs, refusesOrigin };
  const session = await runSession(socket, server, visitor, within(SESSION_LIMIT_MS));
  abandon();
  const phases: readonly Phase[] = [{ name: "upgrade", durationMs: tookMs }, ...session.phases];
  return { upgrade, startedAtMs, refusesOrigin, session: { ...session, phases } };
}
