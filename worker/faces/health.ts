import type { Health, HealthCheck } from "../../contract/health.ts";
import type { ConfigProblem } from "../../contract/problem.ts";
import type { Observation, ServerObservation } from "../../contract/status.ts";
import { problemLine } from "../config.ts";
import { explainSlow } from "../probe/words.ts";

/** The HTTP status that goes with a health: only a failure is one to those who look at nothing else. */
export function httpStatusOf({ status }: Pick<Health, "status">): 200 | 503 {
  return status === "fail" ? 503 : 200;
}

const DESCRIPTION = "NATS, as the edge reaches it";

/** The server that is worst off: one that fails, else one with a fault, else one that is slow. */
export function worstOf(servers: readonly ServerObservation[]): ServerObservation | undefined {
  return (
    servers.find(({ status }) => status === "fail") ??
    servers.find(({ fault }) => fault !== null) ??
    servers.find(({ status }) => status === "warn")
  );
}

interface Asked {
  readonly isVerbose: boolean;
  readonly warnings?: readonly string[];
}

/** Renders an observation; the worst server's sentence and fix stand at the top. */
export function healthOf(observation: Observation, { isVerbose, warnings = [] }: Asked): Health {
  const { id, observedAtMs, status, servers } = observation;
  const time = new Date(observedAtMs).toISOString();
  const worst = worstOf(servers);
  return {
    status,
    description: DESCRIPTION,
    observationId: id,
    time,
    ...(worst && wrongWith(worst)),
    ...(warnings.length === 0 ? {} : { notes: warnings }),
    checks: {
      "nats:reachability": servers.map((server) => reachability(server, time, isVerbose)),
      "nats:responseTime": servers.flatMap((server) => responseTime(server, time)),
    },
  };
}

/** Renders a wrong environment: nothing could be observed. */
export function healthOfProblems(problems: readonly ConfigProblem[]): Health {
  const [first] = problems;
  return {
    status: "fail",
    description: DESCRIPTION,
    fault: "configuration",
    ...(first === undefined ? {} : { output: problemLine(first), fix: first.fix }),
  };
}

function reachability(server: ServerObservation, time: string, isVerbose: boolean): HealthCheck {
  const { fault } = server;
  return {
    ...checkOf(server, time, fault?.kind ?? "reached"),
    ...wrongWith(server),
    ...(fault === null ? {} : { confidence: fault.confidence, explanation: fault.explanation }),
    ...(fault === null || server.httpStatus === null ? {} : { httpStatus: server.httpStatus }),
    ...(isVerbose ? { phases: server.phases } : {}),
  };
}

/** What is wrong with a server, in words, and what to do; null when nothing is. */
function wrongWith({ server, status, fault, durationMs }: ServerObservation) {
  if (fault !== null) return { output: fault.sentence, fix: fault.fix, fault: fault.kind };
  if (status === "pass") return null;
  const { sentence, fix } = explainSlow(server, durationMs);
  return { output: sentence, fix };
}

/** Only a server that answered has a response time; one that answered may have a fault all the same. */
function responseTime(server: ServerObservation, time: string): readonly HealthCheck[] {
  if (server.status === "fail" || server.roundTripMs === null) return [];
  return [{ ...checkOf(server, time, server.durationMs), observedUnit: "ms" }];
}

function checkOf(
  { server, status }: ServerObservation,
  time: string,
  observedValue: HealthCheck["observedValue"],
): HealthCheck {
  return { componentId: server, componentType: "component", status, time, observedValue };
}
