import type { Health, HealthCheck } from "../../contract/health.ts";
import type { ConfigProblem } from "../../contract/problem.ts";
import type { Observation, ServerObservation } from "../../contract/status.ts";
import { problemLine } from "../config.ts";

/** The HTTP status that goes with a health: only a failure is one to those who look at nothing else. */
export function httpStatusOf({ status }: Pick<Health, "status">): 200 | 503 {
  return status === "fail" ? 503 : 200;
}

const DESCRIPTION = "NATS, as the edge reaches it";

/** Renders an observation; the first failing server's sentence and fix stand at the top. */
export function healthOf(observation: Observation, options: { readonly isVerbose: boolean }): Health {
  const { id, observedAtMs, status, servers } = observation;
  const time = new Date(observedAtMs).toISOString();
  const worst = servers.find(({ fault }) => fault !== null)?.fault ?? null;
  return {
    status,
    description: DESCRIPTION,
    observationId: id,
    time,
    ...(worst === null ? {} : { output: worst.sentence, fix: worst.fix, fault: worst.kind }),
    checks: {
      "nats:reachability": servers.map((server) => reachability(server, time, options.isVerbose)),
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
    componentId: server.server,
    componentType: "component",
    status: server.status,
    time,
    observedValue: fault?.kind ?? "reached",
    ...(fault === null ? {} : { output: fault.sentence, fix: fault.fix, fault: fault.kind }),
    ...(fault === null || server.httpStatus === null ? {} : { httpStatus: server.httpStatus }),
    ...(isVerbose ? { phases: server.phases } : {}),
  };
}

/** Only a server that answered has a response time. */
function responseTime(server: ServerObservation, time: string): readonly HealthCheck[] {
  if (server.fault !== null) return [];
  return [
    {
      componentId: server.server,
      componentType: "component",
      status: server.status,
      time,
      observedValue: server.durationMs,
      observedUnit: "ms",
    },
  ];
}
