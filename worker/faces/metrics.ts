import { FAULT_KINDS } from "../../client/faults/index.ts";
import type { Observation, ServerCheck } from "../../contract/status.ts";

/** The media type of OpenMetrics 1.0 text. */
export const OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

/** Renders an observation as OpenMetrics 1.0 text, with the names of Prometheus's blackbox_exporter where it has one. */
export function metricsOf({ observedAtMs, servers }: Observation): string {
  const each = (value: (server: ServerCheck) => number | undefined): Sample[] =>
    servers.flatMap((server) => {
      const found = value(server);
      return found === undefined ? [] : [[{ server: server.componentId }, found] as const];
    });
  const families: readonly Parameters<typeof family>[] = [
    [
      "probe_success",
      "1 when the page can use the server, 0 when its check in /readyz fails.",
      each(({ status }) => (status === "fail" ? 0 : 1)),
    ],
    ["probe_duration_seconds", "How long the probe took.", each((one) => one.durationMs / 1000), "seconds"],
    [
      "probe_slow",
      "1 when the server has no fault but answers slowly.",
      each(({ fault, status }) => (fault === undefined && status === "warn" ? 1 : 0)),
    ],
    [
      "probe_websocket_status_code",
      "HTTP status of the WebSocket upgrade.",
      // Without a fault, the upgrade succeeded (RFC 6455, section 4.2.2).
      each(({ fault, httpStatus }) => (fault === undefined ? 101 : httpStatus)),
    ],
    ["probe_phase_duration_seconds", "How long each phase took.", servers.flatMap(phases), "seconds"],
    ["probe_fault", "1 for the fault that was seen, 0 for the others.", servers.flatMap(faults)],
    [
      "probe_observation_timestamp_seconds",
      "When the servers were observed.",
      [[{}, observedAtMs / 1000]],
      "seconds",
    ],
  ];
  return `${families.map((one) => family(...one)).join("")}# EOF\n`;
}

function phases({ componentId: server, phases }: ServerCheck): Sample[] {
  return phases.map(({ name, durationMs }) => [{ server, phase: name }, durationMs / 1000]);
}

/** A sample for every kind of fault, so that alerts need no `absent()`. */
function faults({ componentId: server, fault }: ServerCheck): Sample[] {
  return FAULT_KINDS.map((kind) => [{ server, kind }, fault === kind ? 1 : 0]);
}

function family(name: string, help: string, samples: readonly Sample[], unit?: string): string {
  const head = [
    `# TYPE ${name} gauge`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
  ];
  const lines = samples.map(([labels, value]) => `${name}${labelSet(labels)} ${value}`);
  return `${[...head, ...lines].join("\n")}\n`;
}

function labelSet(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Escapes a label value (OpenMetrics 1.0, "Text format", escaped-string). */
function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
