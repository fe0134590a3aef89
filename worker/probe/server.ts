import type { Phase } from "../../contract/health.ts";
import { isMixedContent } from "../../contract/server.ts";
import type { ServerCheck } from "../../contract/status.ts";
import { checkOf } from "./check.ts";
import { classify, mayBeOriginRefusal } from "./classify.ts";
import { type Resolver, resolveHost } from "./dns.ts";
import type { ProbeEvidence } from "./evidence.ts";
import type { ProbePlan } from "./plan.ts";
import { runSession } from "./session.ts";
import { targetOf } from "./target.ts";
import { tryTcp } from "./tcp.ts";
import { openWebSocket } from "./upgrade.ts";

/** Deadlines of each part and of the whole, in milliseconds. */
const UPGRADE_LIMIT_MS = 2000;
const SESSION_LIMIT_MS = 1800;
const TCP_LIMIT_MS = 1500;
const TOTAL_LIMIT_MS = 3800;

/** An attempt that fails within this time, in milliseconds, is repeated: one or two lost packets aren't an outage. */
const RETRY_BEFORE_MS = 1000;
const MAX_ATTEMPTS = 3;

/** How often a port has to refuse before it counts as closed: workerd reports a reset connection as refused, too. */
const REFUSALS = 3;

/**
 * Probes one server. Never rejects; takes at most 4 s.
 * @param time when the observation began
 */
export async function observeServer(
  server: string,
  time: string,
  plan: ProbePlan,
  resolver: Resolver,
): Promise<ServerCheck> {
  const { startedAtMs, ...evidence } = await gather(server, plan, resolver, Date.now() + TOTAL_LIMIT_MS);
  return checkOf(server, evidence, { time, durationMs: Date.now() - startedAtMs });
}

/** The outcome of one connection, and its start: the second one's, if the first was refused for its Origin. */
type Attempt = Pick<ProbeEvidence, "upgrade" | "session" | "refusesOrigin"> & {
  readonly startedAtMs: number;
};

async function gather(
  server: string,
  plan: ProbePlan,
  resolver: Resolver,
  deadlineMs: number,
): Promise<ProbeEvidence & Attempt> {
  const target = targetOf(server);
  const known = {
    ...target,
    isMixedContent: isMixedContent(server, plan.publicUrl ?? ""),
    hasCredentials: plan.login !== null,
  };
  const capped = (limitMs: number): number => Math.max(1, Math.min(limitMs, deadlineMs - Date.now()));
  const mustRetry = (attempt: Attempt): boolean => {
    const isEarly = deadlineMs - Date.now() > TOTAL_LIMIT_MS - RETRY_BEFORE_MS;
    const verdict = classify({ ...known, ...attempt });
    return isEarly && verdict !== null && verdict.confidence !== "certain";
  };
  const last = await retry(MAX_ATTEMPTS, mustRetry, () => connect(server, plan, capped));
  // A session or an HTTP answer is enough to judge by.
  if (last.session !== undefined || last.upgrade.outcome === "answered") return { ...known, ...last };
  const tryPort = () => tryTcp(target, capped(TCP_LIMIT_MS));
  const [tcp, dns] = await Promise.all([
    retry(REFUSALS, (evidence) => evidence === "refused", tryPort),
    resolveHost(target, resolver, capped(TCP_LIMIT_MS)),
  ]);
  return { ...known, ...last, tcp, dns };
}

/** Does `work` until its result is good enough, `times` times at most. */
async function retry<T>(times: number, isPoor: (result: T) => boolean, work: () => Promise<T>): Promise<T> {
  let result = await work();
  for (let done = 1; done < times && isPoor(result); done += 1) result = await work();
  return result;
}

/** Connects as the page would; if the page's Origin is refused, connects again without one. */
async function connect(server: string, plan: ProbePlan, capped: (ms: number) => number): Promise<Attempt> {
  const open = async (origin: string | null) => {
    const startedAtMs = Date.now();
    return { startedAtMs, ...(await openWebSocket(server, origin, capped(UPGRADE_LIMIT_MS))) };
  };
  const { publicUrl } = plan;
  const first = await open(publicUrl);
  const refusesOrigin = publicUrl !== null && mayBeOriginRefusal(first.evidence);
  const {
    socket,
    startedAtMs,
    evidence: upgrade,
    tookMs,
    abandon,
  } = refusesOrigin ? await open(null) : first;
  if (socket === null) return { upgrade, startedAtMs, refusesOrigin };
  const session = await runSession(socket, server, plan, capped(SESSION_LIMIT_MS));
  abandon();
  const phases: readonly Phase[] = [{ name: "upgrade", durationMs: tookMs }, ...session.phases];
  return { upgrade, startedAtMs, refusesOrigin, session: { ...session, phases } };
}
