import type { Health } from "../../contract/health.ts";
import type { ConfigProblem } from "../../contract/problem.ts";
import type { Observation, ServerCheck } from "../../contract/status.ts";
import { problemLine } from "../config.ts";

/** The HTTP status of a health answer: a warning is 200, because the page works. */
export function httpStatusOf({ status }: Pick<Health, "status">): 200 | 503 {
  return status === "fail" ? 503 : 200;
}

const DESCRIPTION = "NATS, as seen from the edge";

/** The worst server: one that fails, else one with a fault, else one that is slow; undefined if all pass. */
export function worstOf(servers: readonly ServerCheck[]): ServerCheck | undefined {
  return (
    servers.find(({ status }) => status === "fail") ??
    servers.find(({ fault }) => fault !== undefined) ??
    servers.find(({ status }) => status === "warn")
  );
}

interface HealthOptions {
  readonly isVerbose: boolean;
  readonly warnings?: readonly string[];
}

/** Renders an observation as health+json, with the worst server's explanation at the top. */
export function healthOf(
  { id, observedAtMs, status, servers }: Observation,
  { isVerbose, warnings = [] }: HealthOptions,
): Health {
  const worst = worstOf(servers);
  return {
    status,
    description: DESCRIPTION,
    observationId: id,
    time: new Date(observedAtMs).toISOString(),
    ...(worst && explanationOf(worst)),
    ...(warnings.length === 0 ? {} : { notes: warnings }),
    checks: {
      "nats:reachability": servers.map(({ durationMs, phases, mayPublish, ...check }) => ({
        ...check,
        ...(isVerbose ? { phases } : {}),
      })),
      "nats:responseTime": servers.filter(hasAnswered).map(responseTime),
    },
  };
}

/** Renders an invalid configuration, with which nothing can be observed. */
export function healthOfProblems(problems: readonly ConfigProblem[]): Health {
  const [first] = problems;
  return {
    status: "fail",
    description: DESCRIPTION,
    fault: "configuration",
    ...(first === undefined ? {} : { output: problemLine(first), fix: first.fix }),
  };
}

function explanationOf({ output = "", fix = "", fault }: ServerCheck) {
  return { output, fix, ...(fault === undefined ? {} : { fault }) };
}

/** Whether a server has a response time; one that answered may still have a fault. */
function hasAnswered({ status, phases }: ServerCheck): boolean {
  return status !== "fail" && phases.some(({ name }) => name === "roundtrip");
}

function responseTime({ componentId, componentType, status, time, durationMs }: ServerCheck) {
  return { componentId, componentType, status, time, observedValue: durationMs, observedUnit: "ms" } as const;
}
