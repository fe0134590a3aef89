import type { FaultKind } from "../../client/index.ts";
import type { HealthStatus, Phase } from "../../contract/health.ts";
import type { ServerFault, ServerObservation } from "../../contract/status.ts";
import { classify, type Verdict } from "./classify.ts";
import { askDns, type Resolver } from "./dns.ts";
import type { ProbeEvidence, UpgradeEvidence } from "./evidence.ts";
import { runSession, type Visitor } from "./session.ts";
import { targetOf } from "./target.ts";
import { knock } from "./tcp.ts";
import { openWebSocket } from "./upgrade.ts";
import { explain } from "./words.ts";

/** Deadlines, milliseconds. After an upgrade comes either a session or a knock, so the sum is at most 3.8 s. */
const UPGRADE_LIMIT_MS = 2000;
const SESSION_LIMIT_MS = 1800;
const KNOCK_LIMIT_MS = 1500;

/** Above this a server that answers is slow, milliseconds. */
export const SLOW_MS = 1500;

/** Looks at one server. Never rejects; takes at most 4 s. */
export async function observeServer(
  server: string,
  visitor: Visitor,
  resolver: Resolver,
): Promise<ServerObservation> {
  const startedAtMs = Date.now();
  const evidence = await gather(server, visitor, resolver);
  const verdict = classify(evidence);
  const durationMs = Date.now() - startedAtMs;
  const fault = verdict === null ? null : describe(server, verdict);
  return {
    server,
    status: statusOf(fault, durationMs),
    fault,
    durationMs,
    httpStatus: httpStatusOf(evidence.upgrade),
    roundTripMs: evidence.session?.roundTripMs ?? null,
    phases: phasesOf(evidence),
  };
}

/** Faults that leave the page something to show. */
const PARTIAL: ReadonlySet<FaultKind> = new Set<FaultKind>(["permission", "too-many-subscriptions"]);

function statusOf(fault: ServerFault | null, durationMs: number): HealthStatus {
  if (fault !== null) return PARTIAL.has(fault.kind) ? "warn" : "fail";
  return durationMs > SLOW_MS ? "warn" : "pass";
}

async function gather(server: string, visitor: Visitor, resolver: Resolver): Promise<ProbeEvidence> {
  const target = targetOf(server);
  const seen = {
    isSecure: target.isSecure,
    isAddress: target.isAddress,
    hasCredentials: visitor.login !== null,
  };
  const { socket, evidence: upgrade } = await openWebSocket(server, UPGRADE_LIMIT_MS);
  if (socket !== null) {
    return { ...seen, upgrade, session: await runSession(socket, visitor, SESSION_LIMIT_MS) };
  }
  // An HTTP answer says by itself what is wrong.
  if (upgrade.outcome === "answered") return { ...seen, upgrade };
  const [tcp, dns] = await Promise.all([
    knock(target, KNOCK_LIMIT_MS),
    askDns(target, resolver, KNOCK_LIMIT_MS),
  ]);
  return { ...seen, upgrade, tcp, dns };
}

function describe(server: string, { kind, confidence, explanation = kind }: Verdict): ServerFault {
  return { kind, confidence, ...explain(explanation, server) };
}

function httpStatusOf(upgrade: UpgradeEvidence): number | null {
  if (upgrade.outcome === "open") return 101;
  return upgrade.outcome === "answered" ? upgrade.httpStatus : null;
}

function phasesOf({ upgrade, session }: ProbeEvidence): readonly Phase[] {
  const phases: Phase[] = [];
  const add = (name: Phase["name"], durationMs: number | undefined): void => {
    if (durationMs !== undefined) phases.push({ name, durationMs });
  };
  if (upgrade.outcome === "open") add("upgrade", upgrade.tookMs);
  add("info", session?.infoMs);
  add("auth", session?.authMs);
  add("roundtrip", session?.roundTripMs);
  add("subscribe", session?.subscribeMs);
  return phases;
}
